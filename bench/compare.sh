#!/usr/bin/env bash
# Builds and runs the peers on the same bytes and prints the table with ratios.
exec "$(dirname "$0")/refresh.sh" machine peers
