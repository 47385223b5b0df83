# Wright: build, run and test. `make help` lists the targets.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

SWIFT ?= swift
# The C libraries and programs that building and running need; what is installed already is left alone.
PACKAGES := build-essential git bubblewrap util-linux python3 ca-certificates libmicrohttpd-dev libsqlite3-dev libcurl4-openssl-dev libsodium-dev \
  libssl-dev libyaml-dev libexpat1-dev libzstd-dev liblzma-dev libwslay-dev libarchive-dev \
  libpq-dev libhiredis-dev
# What the tests need beside them.
TEST_PACKAGES := python3-venv chromium zstd git-lfs cmake meson ninja-build autoconf automake libtool nix-bin nginx-light postgresql-15 redis-server \
  golang-go golang-github-lib-pq-dev golang-github-gomodule-redigo-dev golang-google-grpc-dev \
  golang-github-golang-protobuf-1-5-dev protobuf-compiler protoc-gen-go protoc-gen-go-grpc \
  systemd mandoc haproxy prometheus sqlite3 rsync spin slurm-wlm munge faketime iproute2 \
  swift-proxy swift-account swift-container swift-object memcached
# What making packages needs, and trying them.
PACKAGING_PACKAGES := debhelper dpkg-dev fakeroot
PACKAGE_TEST_PACKAGES := lintian mmdebstrap bubblewrap docker.io
BENCH_PACKAGES := wrk nginx-light curl nix-bin postgresql-15 golang-go golang-github-lib-pq-dev
VENV := .venv

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: deps
deps: ## Install the Debian packages that are missing
	@scripts/install-packages $(PACKAGES)

.PHONY: test-deps
test-deps: deps
	@scripts/install-packages $(TEST_PACKAGES)
	@scripts/make-venv $(VENV) Tests/browser/requirements.txt

.PHONY: build
build: deps ## Build the program, optimised: .build/release/wright
	$(SWIFT) build -c release --product wright --static-swift-stdlib

.PHONY: run
run: build ## Build, start the server, and show a first real build
	@scripts/run .build/release/wright

.PHONY: test
test: test-deps ## Run every check and test, with the real components
	@scripts/check-layers
	@$(MAKE) --no-print-directory lint
	$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	@Tests/lease-model/check
	@SWIFT="$(SWIFT)" scripts/test-swift
	@PYTEST="$(VENV)/bin/pytest" scripts/test-system

.PHONY: plans
plans: test-deps ## Check how PostgreSQL carries out every query, over a million builds that are really there
	$(SWIFT) build --build-tests
	@WRIGHT_REAL_BUILDS=1000000 SWIFT="$(SWIFT)" scripts/test-swift --filter PostgresQueryPlanTests

.PHONY: model
model: test-deps ## Check the protocol of leases in every order, with more faults at once: minutes
	@Tests/lease-model/check more

.PHONY: chaos
chaos: build test-deps ## Build while everything fails: SEED=1 BUILDS=300 FAULTS=kill_server,cut_network ROUNDS=3
	WRIGHT_BINARY=$$PWD/.build/release/wright $(VENV)/bin/python Tests/chaos/chaos.py \
	  $(if $(SEED),--seed $(SEED)) $(if $(BUILDS),--builds $(BUILDS)) $(if $(FAULTS),--faults $(FAULTS)) $(if $(ROUNDS),--rounds $(ROUNDS))

.PHONY: programs
programs: build ## Build real programs of Debian's source archive with Wright, and run them
	WRIGHT_BINARY=$$PWD/.build/release/wright Tests/programs/run

.PHONY: deb
deb: build ## Make the Debian package: .build/wright_VERSION.deb
	@scripts/install-packages $(PACKAGING_PACKAGES)
	@scripts/make-deb .build/release/wright .build

.PHONY: image
image: deb ## Make the container image wright:VERSION from the package, with the docker that DOCKER_HOST says
	@scripts/make-image "$$(ls -t .build/wright_*.deb | head -1)"

.PHONY: test-package
test-package: build test-deps ## Try the Debian package and the image: install, use, upgrade, remove, purge
	@scripts/install-packages $(PACKAGING_PACKAGES) $(PACKAGE_TEST_PACKAGES)
	$(VENV)/bin/pytest -q Tests/package

.PHONY: check
check: deps ## The quick checks: layers, format, build without warnings
	@scripts/check-layers
	@$(MAKE) --no-print-directory lint
	$(SWIFT) build --explicit-target-dependency-import-check error

.PHONY: lint
lint:
	@$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

.PHONY: fmt
fmt: ## Format the sources
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

.PHONY: bench
bench: build ## Measure the hot paths against their references
	@scripts/install-packages $(BENCH_PACKAGES)
	$(SWIFT) build -c release --product wright-bench --static-swift-stdlib
	@Benchmarks/run

.PHONY: docs
docs: build ## Write the OpenAPI document and the command reference to .build/docs
	@scripts/docs .build/release/wright .build/docs

.PHONY: clean
clean: ## Remove what was built (not wright-data)
	rm -rf .build $(VENV)
