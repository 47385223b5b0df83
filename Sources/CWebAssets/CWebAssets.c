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

NAME(agents_css, "agents.css");
static const unsigned char agents_css_bytes[] = {
#embed "assets/agents.css"
};

NAME(agents_js, "agents.js");
static const unsigned char agents_js_bytes[] = {
#embed "assets/agents.js"
};

NAME(service_builds_css, "service-builds.css");
static const unsigned char service_builds_css_bytes[] = {
#embed "assets/service-builds.css"
};

NAME(service_builds_js, "service-builds.js");
static const unsigned char service_builds_js_bytes[] = {
#embed "assets/service-builds.js"
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

NAME(services_css, "services.css");
static const unsigned char services_css_bytes[] = {
#embed "assets/services.css"
};

NAME(editor_css, "editor.css");
static const unsigned char editor_css_bytes[] = {
#embed "assets/editor.css"
};

NAME(markup_js, "markup.js");
static const unsigned char markup_js_bytes[] = {
#embed "assets/markup.js"
};

NAME(workbench_js, "workbench.js");
static const unsigned char workbench_js_bytes[] = {
#embed "assets/workbench.js"
};

NAME(geometry_js, "geometry.js");
static const unsigned char geometry_js_bytes[] = {
#embed "assets/geometry.js"
};

NAME(canvas_js, "canvas.js");
static const unsigned char canvas_js_bytes[] = {
#embed "assets/canvas.js"
};

NAME(component_box_js, "component-box.js");
static const unsigned char component_box_js_bytes[] = {
#embed "assets/component-box.js"
};

NAME(canvas_input_js, "canvas-input.js");
static const unsigned char canvas_input_js_bytes[] = {
#embed "assets/canvas-input.js"
};

NAME(link_drawing_js, "link-drawing.js");
static const unsigned char link_drawing_js_bytes[] = {
#embed "assets/link-drawing.js"
};

NAME(editor_keys_js, "editor-keys.js");
static const unsigned char editor_keys_js_bytes[] = {
#embed "assets/editor-keys.js"
};

NAME(forms_js, "forms.js");
static const unsigned char forms_js_bytes[] = {
#embed "assets/forms.js"
};

NAME(drawer_js, "drawer.js");
static const unsigned char drawer_js_bytes[] = {
#embed "assets/drawer.js"
};

NAME(references_js, "references.js");
static const unsigned char references_js_bytes[] = {
#embed "assets/references.js"
};

NAME(configuration_js, "configuration.js");
static const unsigned char configuration_js_bytes[] = {
#embed "assets/configuration.js"
};

NAME(method_forms_js, "method-forms.js");
static const unsigned char method_forms_js_bytes[] = {
#embed "assets/method-forms.js"
};

NAME(settings_form_js, "settings-form.js");
static const unsigned char settings_form_js_bytes[] = {
#embed "assets/settings-form.js"
};

NAME(draft_js, "draft.js");
static const unsigned char draft_js_bytes[] = {
#embed "assets/draft.js"
};

NAME(line_diff_js, "line-diff.js");
static const unsigned char line_diff_js_bytes[] = {
#embed "assets/line-diff.js"
};

NAME(revisions_js, "revisions.js");
static const unsigned char revisions_js_bytes[] = {
#embed "assets/revisions.js"
};

NAME(editor_js, "editor.js");
static const unsigned char editor_js_bytes[] = {
#embed "assets/editor.js"
};

NAME(naming_js, "naming.js");
static const unsigned char naming_js_bytes[] = {
#embed "assets/naming.js"
};

NAME(editor_state_js, "editor-state.js");
static const unsigned char editor_state_js_bytes[] = {
#embed "assets/editor-state.js"
};

NAME(services_js, "services.js");
static const unsigned char services_js_bytes[] = {
#embed "assets/services.js"
};

NAME(data_source_js, "data-source.js");
static const unsigned char data_source_js_bytes[] = {
#embed "assets/data-source.js"
};

NAME(table_editor_js, "table-editor.js");
static const unsigned char table_editor_js_bytes[] = {
#embed "assets/table-editor.js"
};

static const struct wright_web_asset assets[] = {
  ASSET(mark),
  ASSET(tokens_css),
  ASSET(base_css),
  ASSET(pages_css),
  ASSET(log_css),
  ASSET(repositories_css), ASSET(caches_css), ASSET(agents_css), ASSET(agents_js), ASSET(service_builds_css), ASSET(service_builds_js),
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
  ASSET(services_css),
  ASSET(editor_css),
  ASSET(markup_js),
  ASSET(workbench_js),
  ASSET(geometry_js),
  ASSET(canvas_js),
  ASSET(component_box_js),
  ASSET(canvas_input_js),
  ASSET(link_drawing_js),
  ASSET(editor_keys_js),
  ASSET(forms_js),
  ASSET(drawer_js),
  ASSET(references_js),
  ASSET(configuration_js),
  ASSET(method_forms_js),
  ASSET(settings_form_js),
  ASSET(draft_js),
  ASSET(line_diff_js),
  ASSET(revisions_js),
  ASSET(editor_js),
  ASSET(naming_js),
  ASSET(editor_state_js),
  ASSET(services_js),
  ASSET(data_source_js),
  ASSET(table_editor_js),
};

const size_t wright_web_asset_count = sizeof assets / sizeof assets[0];

const struct wright_web_asset *wright_web_asset_at(size_t index) {
  return index < wright_web_asset_count ? &assets[index] : NULL;
}
