#!/bin/sh
# Makes the two databases of a Temporal server on PostgreSQL and brings their schemas to the server's version; what is
# there stays. Takes SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD_FILE; run by the image temporalio/admin-tools.
set -eu
if [ -n "${SQL_PASSWORD_FILE:-}" ]; then
    SQL_PASSWORD="$(cat "$SQL_PASSWORD_FILE")"
    export SQL_PASSWORD
fi

brought() {  # database schema; the tool brings the schemas of its own version along
    set -- "$2" temporal-sql-tool --plugin postgres12 --ep "$SQL_HOST" --port "${SQL_PORT:-5432}" --user "$SQL_USER" --db "$1"
    schema="$1"
    shift
    "$@" create
    "$@" setup-schema -v 0.0
    "$@" update-schema --schema-name "postgresql/v12/$schema"
}

brought temporal temporal
brought temporal_visibility visibility
echo "both schemas are as this version wants them"
