#!/usr/bin/env bash
# Installs what the engine tests need: PostgreSQL 15 and OpenJDK 17 from Debian, pyspark, psycopg and dask in a venv.
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
if ! "$python" -c 'import distributed' 2>/dev/null; then
  "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-cluster.lock
fi
command -v openssl >/dev/null || { echo "openssl ontbreekt: nodig voor de certificaten van de toets met dask" >&2; exit 1; }
