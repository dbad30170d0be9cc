#!/bin/sh
# Makes settings/ for docker-compose.yml: once, as root, in the checkout. What is there is never changed, so it may be
# repeated. What is yours to fill in is said at the end. The users are those of the images: 10001 is the program's.
set -eu
umask 077
settings="${SETTINGS_FOLDER:-settings}"
program="${PROGRAM_USER:-10001}"

folder() {  # path owner
    [ -d "$1" ] || mkdir -p "$1"
    chmod 700 "$1"
    chown "$2:$2" "$1"
}

file() {  # path owner mode: empty, or what comes in
    if [ -e "$1" ]; then return; fi
    cat > "$1"
    chmod "$3" "$1"
    chown "$2:$2" "$1"
}

random() {
    head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'
}

folder "$settings" "$(id -u)"
for name in program keys secrets webhook; do folder "$settings/$name" "$program"; done
file "$settings/program/beteiligte-sync.env" "$program" 600 < .env.example

# Secrets of the program, a file each; its user alone reads them.
for name in secrets/espocrm_api_key secrets/advoware_api_key secrets/advoware_password webhook/secrets.json; do
    file "$settings/$name" "$program" 600 < /dev/null
done

# Secrets of other images, each with a user of its own: all may read the files, nobody else enters the folder.
folder "$settings/servers" "$(id -u)"
for name in postgres_password grafana_password espocrm_db_password espocrm_admin_password; do
    random | file "$settings/servers/$name" "$(id -u)" 444
done
file "$settings/servers/alert_mail_password" "$(id -u)" 444 < /dev/null

empty=""
for name in "$settings"/secrets/* "$settings/webhook/secrets.json"; do [ -s "$name" ] || empty="$empty $name"; done
echo "Made or found: $settings. Yours to fill in:"
echo "  $settings/program/beteiligte-sync.env"
for name in $empty; do echo "  $name"; done
echo "espocrm-setup --apply --write-env fills in the API key and the webhooks' secrets, where EspoCRM shall make them."
echo "Then the key file: docker compose run --rm cli keys add"
