#!/bin/sh
# SPDX-License-Identifier: MIT
# The smoke test on a bare Debian 12, in a container or not; what it needs is in docs/testing.md.
#
#   docker run --rm -v "$PWD:/src" -w /src debian:12 docs/ci/container.sh
set -ex
apt-get update
apt-get install -y git make
make all
build/l4ux doctor
build/l4ux test -j2 --junit=report.xml --bundles=failures build/examples/appliance
