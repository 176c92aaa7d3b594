# SPDX-License-Identifier: MIT
#
# A thin front for cmake and ctest. `make help` lists the targets.
#
#   PRESET=debug make test      the same with AddressSanitizer and UBSan (in build-debug)
#   CMAKE_ARGS=-DLINUX_SOURCE=/path/to/linux-6.1 make
#   ARGS='-m 512M -- uname -a' make run

PRESET ?= release
JOBS ?= $(shell nproc)
TEST_JOBS ?= 1
BUILD := $(if $(filter debug,$(PRESET)),build-debug,build)
NEEDS := build
GENERATOR := $(if $(shell command -v ninja),-G Ninja)
CTEST := ctest --test-dir $(BUILD) --output-on-failure --no-tests=error -j $(TEST_JOBS)

.DEFAULT_GOAL := all
MAKEFLAGS += --no-print-directory
.PHONY: all native run test quick soak bench check format debug install deps configure clean help

all: configure
	@cmake --build $(BUILD) -j $(JOBS)

# Its prerequisites know of it: no package that only the guest Linux needs is installed.
native: NEEDS := native
native: configure
	@cmake --build $(BUILD) -j $(JOBS) --target native

run: all
	@$(BUILD)/l4ux linux $(ARGS)

test: all
	@$(CTEST) -LE soak

quick: all
	@$(CTEST) -L quick

soak: all
	@tools/install-deps.sh --for soak
	@$(CTEST) -L soak

bench: configure
	@tools/install-deps.sh --for bench
	@cmake --build $(BUILD) -j $(JOBS)
	@cmake --build $(BUILD) --target bench

check: configure
	@tools/install-deps.sh --for check
	@tools/check.sh $(BUILD)

format:
	@tools/check-format.sh --fix

debug:
	@$(MAKE) PRESET=debug all

install: all
	@cmake --install $(BUILD)

deps:
	@tools/install-deps.sh --for $(NEEDS)

configure: deps
	@test -f $(BUILD)/CMakeCache.txt && test -z '$(CMAKE_ARGS)' || \
		cmake --preset $(PRESET) \
			$$(test -f $(BUILD)/CMakeCache.txt || echo '$(GENERATOR)') $(CMAKE_ARGS)

clean:
	@rm -rf build build-debug

help:
	@echo 'make [target]             first use installs missing Debian packages (says which)'
	@echo
	@echo '  all (default)           build everything into build/'
	@echo '  native                  build what native L4 programs need: no Linux, no tests'
	@echo '  run                     build, boot Linux on the microkernel, give a shell'
	@echo '  test                    build and run the tests (not the soak test)'
	@echo '  quick                   the tests that finish within seconds'
	@echo '  soak                    ten minutes each of mixed load and of three fuzzers'
	@echo '  bench                   measure against native and User-Mode Linux'
	@echo '  check                   format, lint, layering, licences, spelling'
	@echo '  format                  rewrite our C sources with clang-format'
	@echo '  debug                   build with AddressSanitizer and UBSan into build-debug/'
	@echo '  install                 install (configure with -DCMAKE_INSTALL_PREFIX=...)'
	@echo '  clean                   remove build/ and build-debug/; the Linux cache stays'
	@echo
	@echo 'Variables: PRESET=release|debug JOBS=n TEST_JOBS=n CMAKE_ARGS="-D..." ARGS="..."'
