#include "CGoSources.h"

// `#embed` is of C23; this compiler has it in every mode and says so.
#pragma clang diagnostic ignored "-Wc23-extensions"

#define SOURCE(identifier) {identifier##_name, identifier##_bytes, sizeof identifier##_bytes}
#define NAME(identifier, text) static const char identifier##_name[] = text

NAME(components_auth_bearer, "components/auth_bearer.go");
static const unsigned char components_auth_bearer_bytes[] = {
#embed "sources/components/auth_bearer.go"
};

NAME(components_auth_bearer_test, "components/auth_bearer_test.go");
static const unsigned char components_auth_bearer_test_bytes[] = {
#embed "sources/components/auth_bearer_test.go"
};

NAME(components_auth_jwt, "components/auth_jwt.go");
static const unsigned char components_auth_jwt_bytes[] = {
#embed "sources/components/auth_jwt.go"
};

NAME(components_auth_jwt_test, "components/auth_jwt_test.go");
static const unsigned char components_auth_jwt_test_bytes[] = {
#embed "sources/components/auth_jwt_test.go"
};

NAME(components_logging, "components/logging.go");
static const unsigned char components_logging_bytes[] = {
#embed "sources/components/logging.go"
};

NAME(components_logging_test, "components/logging_test.go");
static const unsigned char components_logging_test_bytes[] = {
#embed "sources/components/logging_test.go"
};

NAME(components_monitoring, "components/monitoring.go");
static const unsigned char components_monitoring_bytes[] = {
#embed "sources/components/monitoring.go"
};

NAME(components_monitoring_test, "components/monitoring_test.go");
static const unsigned char components_monitoring_test_bytes[] = {
#embed "sources/components/monitoring_test.go"
};

NAME(components_rate_limit, "components/rate_limit.go");
static const unsigned char components_rate_limit_bytes[] = {
#embed "sources/components/rate_limit.go"
};

NAME(components_rate_limit_test, "components/rate_limit_test.go");
static const unsigned char components_rate_limit_test_bytes[] = {
#embed "sources/components/rate_limit_test.go"
};

NAME(platform_caller_caller, "platform/caller/caller.go");
static const unsigned char platform_caller_caller_bytes[] = {
#embed "sources/platform/caller/caller.go"
};

NAME(platform_environment_environment, "platform/environment/environment.go");
static const unsigned char platform_environment_environment_bytes[] = {
#embed "sources/platform/environment/environment.go"
};

NAME(platform_environment_environment_test, "platform/environment/environment_test.go");
static const unsigned char platform_environment_environment_test_bytes[] = {
#embed "sources/platform/environment/environment_test.go"
};

NAME(platform_fault_fault, "platform/fault/fault.go");
static const unsigned char platform_fault_fault_bytes[] = {
#embed "sources/platform/fault/fault.go"
};

NAME(platform_fault_fault_test, "platform/fault/fault_test.go");
static const unsigned char platform_fault_fault_test_bytes[] = {
#embed "sources/platform/fault/fault_test.go"
};

NAME(platform_grpcapi_grpcapi, "platform/grpcapi/grpcapi.go");
static const unsigned char platform_grpcapi_grpcapi_bytes[] = {
#embed "sources/platform/grpcapi/grpcapi.go"
};

NAME(platform_grpcapi_grpcapi_test, "platform/grpcapi/grpcapi_test.go");
static const unsigned char platform_grpcapi_grpcapi_test_bytes[] = {
#embed "sources/platform/grpcapi/grpcapi_test.go"
};

NAME(platform_grpcapi_message, "platform/grpcapi/message.go");
static const unsigned char platform_grpcapi_message_bytes[] = {
#embed "sources/platform/grpcapi/message.go"
};

NAME(platform_health_health, "platform/health/health.go");
static const unsigned char platform_health_health_bytes[] = {
#embed "sources/platform/health/health.go"
};

NAME(platform_health_health_test, "platform/health/health_test.go");
static const unsigned char platform_health_health_test_bytes[] = {
#embed "sources/platform/health/health_test.go"
};

NAME(platform_httpapi_answer, "platform/httpapi/answer.go");
static const unsigned char platform_httpapi_answer_bytes[] = {
#embed "sources/platform/httpapi/answer.go"
};

NAME(platform_httpapi_httpapi_test, "platform/httpapi/httpapi_test.go");
static const unsigned char platform_httpapi_httpapi_test_bytes[] = {
#embed "sources/platform/httpapi/httpapi_test.go"
};

NAME(platform_httpapi_request, "platform/httpapi/request.go");
static const unsigned char platform_httpapi_request_bytes[] = {
#embed "sources/platform/httpapi/request.go"
};

NAME(platform_httpapi_router, "platform/httpapi/router.go");
static const unsigned char platform_httpapi_router_bytes[] = {
#embed "sources/platform/httpapi/router.go"
};

NAME(platform_journal_journal, "platform/journal/journal.go");
static const unsigned char platform_journal_journal_bytes[] = {
#embed "sources/platform/journal/journal.go"
};

NAME(platform_journal_journal_test, "platform/journal/journal_test.go");
static const unsigned char platform_journal_journal_test_bytes[] = {
#embed "sources/platform/journal/journal_test.go"
};

NAME(platform_lookaside_lookaside, "platform/lookaside/lookaside.go");
static const unsigned char platform_lookaside_lookaside_bytes[] = {
#embed "sources/platform/lookaside/lookaside.go"
};

NAME(platform_lookaside_lookaside_test, "platform/lookaside/lookaside_test.go");
static const unsigned char platform_lookaside_lookaside_test_bytes[] = {
#embed "sources/platform/lookaside/lookaside_test.go"
};

NAME(platform_metrics_metrics, "platform/metrics/metrics.go");
static const unsigned char platform_metrics_metrics_bytes[] = {
#embed "sources/platform/metrics/metrics.go"
};

NAME(platform_metrics_metrics_test, "platform/metrics/metrics_test.go");
static const unsigned char platform_metrics_metrics_test_bytes[] = {
#embed "sources/platform/metrics/metrics_test.go"
};

NAME(platform_middleware_middleware, "platform/middleware/middleware.go");
static const unsigned char platform_middleware_middleware_bytes[] = {
#embed "sources/platform/middleware/middleware.go"
};

NAME(platform_middleware_middleware_test, "platform/middleware/middleware_test.go");
static const unsigned char platform_middleware_middleware_test_bytes[] = {
#embed "sources/platform/middleware/middleware_test.go"
};

NAME(platform_postgres_database, "platform/postgres/database.go");
static const unsigned char platform_postgres_database_bytes[] = {
#embed "sources/platform/postgres/database.go"
};

NAME(platform_postgres_fault, "platform/postgres/fault.go");
static const unsigned char platform_postgres_fault_bytes[] = {
#embed "sources/platform/postgres/fault.go"
};

NAME(platform_postgres_postgres_test, "platform/postgres/postgres_test.go");
static const unsigned char platform_postgres_postgres_test_bytes[] = {
#embed "sources/platform/postgres/postgres_test.go"
};

NAME(platform_postgres_postgrestest_postgrestest, "platform/postgres/postgrestest/postgrestest.go");
static const unsigned char platform_postgres_postgrestest_postgrestest_bytes[] = {
#embed "sources/platform/postgres/postgrestest/postgrestest.go"
};

NAME(platform_postgres_query, "platform/postgres/query.go");
static const unsigned char platform_postgres_query_bytes[] = {
#embed "sources/platform/postgres/query.go"
};

NAME(platform_redisdb_redisdb, "platform/redisdb/redisdb.go");
static const unsigned char platform_redisdb_redisdb_bytes[] = {
#embed "sources/platform/redisdb/redisdb.go"
};

NAME(platform_redisdb_redisdb_test, "platform/redisdb/redisdb_test.go");
static const unsigned char platform_redisdb_redisdb_test_bytes[] = {
#embed "sources/platform/redisdb/redisdb_test.go"
};

NAME(platform_redisdb_redistest_redistest, "platform/redisdb/redistest/redistest.go");
static const unsigned char platform_redisdb_redistest_redistest_bytes[] = {
#embed "sources/platform/redisdb/redistest/redistest.go"
};

NAME(platform_s3_s3, "platform/s3/s3.go");
static const unsigned char platform_s3_s3_bytes[] = {
#embed "sources/platform/s3/s3.go"
};

NAME(platform_s3_s3_test, "platform/s3/s3_test.go");
static const unsigned char platform_s3_s3_test_bytes[] = {
#embed "sources/platform/s3/s3_test.go"
};

NAME(platform_s3_s3test_s3test, "platform/s3/s3test/s3test.go");
static const unsigned char platform_s3_s3test_s3test_bytes[] = {
#embed "sources/platform/s3/s3test/s3test.go"
};

NAME(platform_s3_sign, "platform/s3/sign.go");
static const unsigned char platform_s3_sign_bytes[] = {
#embed "sources/platform/s3/sign.go"
};

NAME(platform_s3_sign_test, "platform/s3/sign_test.go");
static const unsigned char platform_s3_sign_test_bytes[] = {
#embed "sources/platform/s3/sign_test.go"
};

NAME(platform_serve_operations, "platform/serve/operations.go");
static const unsigned char platform_serve_operations_bytes[] = {
#embed "sources/platform/serve/operations.go"
};

NAME(platform_serve_operations_test, "platform/serve/operations_test.go");
static const unsigned char platform_serve_operations_test_bytes[] = {
#embed "sources/platform/serve/operations_test.go"
};

NAME(platform_serve_serve, "platform/serve/serve.go");
static const unsigned char platform_serve_serve_bytes[] = {
#embed "sources/platform/serve/serve.go"
};

NAME(platform_serve_serve_test, "platform/serve/serve_test.go");
static const unsigned char platform_serve_serve_test_bytes[] = {
#embed "sources/platform/serve/serve_test.go"
};

NAME(platform_value_value, "platform/value/value.go");
static const unsigned char platform_value_value_bytes[] = {
#embed "sources/platform/value/value.go"
};

NAME(platform_value_value_test, "platform/value/value_test.go");
static const unsigned char platform_value_value_test_bytes[] = {
#embed "sources/platform/value/value_test.go"
};

static const struct wright_go_source sources[] = {
  SOURCE(components_auth_bearer),
  SOURCE(components_auth_bearer_test),
  SOURCE(components_auth_jwt),
  SOURCE(components_auth_jwt_test),
  SOURCE(components_logging),
  SOURCE(components_logging_test),
  SOURCE(components_monitoring),
  SOURCE(components_monitoring_test),
  SOURCE(components_rate_limit),
  SOURCE(components_rate_limit_test),
  SOURCE(platform_caller_caller),
  SOURCE(platform_environment_environment),
  SOURCE(platform_environment_environment_test),
  SOURCE(platform_fault_fault),
  SOURCE(platform_fault_fault_test),
  SOURCE(platform_grpcapi_grpcapi),
  SOURCE(platform_grpcapi_grpcapi_test),
  SOURCE(platform_grpcapi_message),
  SOURCE(platform_health_health),
  SOURCE(platform_health_health_test),
  SOURCE(platform_httpapi_answer),
  SOURCE(platform_httpapi_httpapi_test),
  SOURCE(platform_httpapi_request),
  SOURCE(platform_httpapi_router),
  SOURCE(platform_journal_journal),
  SOURCE(platform_journal_journal_test),
  SOURCE(platform_lookaside_lookaside),
  SOURCE(platform_lookaside_lookaside_test),
  SOURCE(platform_metrics_metrics),
  SOURCE(platform_metrics_metrics_test),
  SOURCE(platform_middleware_middleware),
  SOURCE(platform_middleware_middleware_test),
  SOURCE(platform_postgres_database),
  SOURCE(platform_postgres_fault),
  SOURCE(platform_postgres_postgres_test),
  SOURCE(platform_postgres_postgrestest_postgrestest),
  SOURCE(platform_postgres_query),
  SOURCE(platform_redisdb_redisdb),
  SOURCE(platform_redisdb_redisdb_test),
  SOURCE(platform_redisdb_redistest_redistest),
  SOURCE(platform_s3_s3),
  SOURCE(platform_s3_s3_test),
  SOURCE(platform_s3_s3test_s3test),
  SOURCE(platform_s3_sign),
  SOURCE(platform_s3_sign_test),
  SOURCE(platform_serve_operations),
  SOURCE(platform_serve_operations_test),
  SOURCE(platform_serve_serve),
  SOURCE(platform_serve_serve_test),
  SOURCE(platform_value_value),
  SOURCE(platform_value_value_test),
};

const size_t wright_go_source_count = sizeof sources / sizeof *sources;

const struct wright_go_source *wright_go_source_at(size_t index) {
  return index < wright_go_source_count ? &sources[index] : NULL;
}
