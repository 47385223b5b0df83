internal import Model

/// The page that asks for a token.
struct SignInView: Sendable {
  var next: String
  var isWrong: Bool
  var tokenPath: String

  var html: HTML {
    """
    <section class="door"><div class="door-mark">\(Icon.mark)</div><h1>Sign in</h1>
    <p class="lead">Wright builds, tests and keeps what comes out. Sign in with your API token.</p>
    <form method="post" action="/sign-in" class="stack">
    \(isWrong ? wrong : "")
    <input type="hidden" name="next" value="\(next)">
    <input type="text" name="user" value="Wright" autocomplete="username" hidden>
    <label class="field" for="token"><span>Token</span>\
    <input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" \
    autocapitalize="none" required autofocus placeholder="wr_…"\(isWrong ? invalid : "")></label>
    <button class="primary wide" type="submit">Sign in</button></form>
    <p class="hint">The first token is in the file <code>\(tokenPath)</code> on the server, \
    readable by the user who runs it.</p></section>
    """
  }

  private var invalid: HTML { #" aria-invalid="true" aria-describedby="wrong""# }

  private var wrong: HTML {
    """
    <p class="alert" id="wrong" role="alert">\(Icon.status(.failed))<span>That token is wrong or no longer valid. \
    The administrator's token is in <code>\(tokenPath)</code>.</span></p>
    """
  }
}
