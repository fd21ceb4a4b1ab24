#!/usr/bin/env bash
# Installs what the engine tests need: PostgreSQL 15 and OpenJDK 17 from Debian, pyspark and psycopg in a venv.
# Use: tests/engines.sh [python of the venv]; does nothing that is already there.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-.venv/bin/python}

pakketten=()
compgen -G "/usr/lib/postgresql/*/bin/pg_ctl" >/dev/null || pakketten+=(postgresql-15)
command -v java >/dev/null || pakketten+=(openjdk-17-jre-headless)
if ((${#pakketten[@]})); then
  sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  # the packages only: a server that starts by itself is not wanted
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${pakketten[@]}" >/dev/null
fi
if ! "$python" -c 'import py4j, psycopg, pyspark' 2>/dev/null; then
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --require-hashes \
    --requirement requirements-spark.lock
fi
