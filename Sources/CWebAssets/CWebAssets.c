#include "CWebAssets.h"

// `#embed` is of C23; this compiler has it in every mode and says so.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define ASSET(identifier) {identifier##_name, identifier##_bytes, sizeof identifier##_bytes}
#define NAME(identifier, text) static const char identifier##_name[] = text

NAME(mark, "mark.svg");
static const unsigned char mark_bytes[] = {
#embed "assets/mark.svg"
};

NAME(tokens_css, "tokens.css");
static const unsigned char tokens_css_bytes[] = {
#embed "assets/tokens.css"
};

NAME(base_css, "base.css");
static const unsigned char base_css_bytes[] = {
#embed "assets/base.css"
};

NAME(pages_css, "pages.css");
static const unsigned char pages_css_bytes[] = {
#embed "assets/pages.css"
};

NAME(log_css, "log.css");
static const unsigned char log_css_bytes[] = {
#embed "assets/log.css"
};

NAME(repositories_css, "repositories.css");
static const unsigned char repositories_css_bytes[] = {
#embed "assets/repositories.css"
};

NAME(caches_css, "caches.css");
static const unsigned char caches_css_bytes[] = {
#embed "assets/caches.css"
};

NAME(theme_js, "theme.js");
static const unsigned char theme_js_bytes[] = {
#embed "assets/theme.js"
};

NAME(app_js, "app.js");
static const unsigned char app_js_bytes[] = {
#embed "assets/app.js"
};

NAME(results_js, "results.js");
static const unsigned char results_js_bytes[] = {
#embed "assets/results.js"
};

NAME(dom_js, "dom.js");
static const unsigned char dom_js_bytes[] = {
#embed "assets/dom.js"
};

NAME(time_js, "time.js");
static const unsigned char time_js_bytes[] = {
#embed "assets/time.js"
};

NAME(live_js, "live.js");
static const unsigned char live_js_bytes[] = {
#embed "assets/live.js"
};

NAME(keys_js, "keys.js");
static const unsigned char keys_js_bytes[] = {
#embed "assets/keys.js"
};

NAME(actions_js, "actions.js");
static const unsigned char actions_js_bytes[] = {
#embed "assets/actions.js"
};

NAME(builds_js, "builds.js");
static const unsigned char builds_js_bytes[] = {
#embed "assets/builds.js"
};

NAME(repositories_js, "repositories.js");
static const unsigned char repositories_js_bytes[] = {
#embed "assets/repositories.js"
};

NAME(repository_js, "repository.js");
static const unsigned char repository_js_bytes[] = {
#embed "assets/repository.js"
};

NAME(build_js, "build.js");
static const unsigned char build_js_bytes[] = {
#embed "assets/build.js"
};

NAME(new_build_js, "new-build.js");
static const unsigned char new_build_js_bytes[] = {
#embed "assets/new-build.js"
};

NAME(ansi_js, "ansi.js");
static const unsigned char ansi_js_bytes[] = {
#embed "assets/ansi.js"
};

NAME(log_source_js, "log-source.js");
static const unsigned char log_source_js_bytes[] = {
#embed "assets/log-source.js"
};

NAME(log_view_js, "log-view.js");
static const unsigned char log_view_js_bytes[] = {
#embed "assets/log-view.js"
};

NAME(log_rows_js, "log-rows.js");
static const unsigned char log_rows_js_bytes[] = {
#embed "assets/log-rows.js"
};

NAME(log_find_js, "log-find.js");
static const unsigned char log_find_js_bytes[] = {
#embed "assets/log-find.js"
};

NAME(log_scan_js, "log-scan.js");
static const unsigned char log_scan_js_bytes[] = {
#embed "assets/log-scan.js"
};

static const struct wright_web_asset assets[] = {
  ASSET(mark),
  ASSET(tokens_css),
  ASSET(base_css),
  ASSET(pages_css),
  ASSET(log_css),
  ASSET(repositories_css), ASSET(caches_css),
  ASSET(theme_js),
  ASSET(app_js),
  ASSET(dom_js),
  ASSET(results_js),
  ASSET(time_js),
  ASSET(live_js),
  ASSET(keys_js),
  ASSET(actions_js),
  ASSET(builds_js),
  ASSET(repositories_js),
  ASSET(repository_js),
  ASSET(build_js),
  ASSET(new_build_js),
  ASSET(ansi_js),
  ASSET(log_source_js),
  ASSET(log_view_js),
  ASSET(log_rows_js),
  ASSET(log_find_js),
  ASSET(log_scan_js),
};

const size_t wright_web_asset_count = sizeof assets / sizeof assets[0];

const struct wright_web_asset *wright_web_asset_at(size_t index) {
  return index < wright_web_asset_count ? &assets[index] : NULL;
}
