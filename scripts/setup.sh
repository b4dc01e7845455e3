# What ./run and ./test share: finding out what is missing, installing it, building. Sourced, not run.
# Everything that writes into the checkout is done as the checkout's owner, so that sudo leaves no root-owned file.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
owner=$(stat -c %U "$root")
configuration=Release

say() { printf '\033[1m•\033[0m %s\n' "$*" >&2; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" -eq 0 ]; }

# Runs a command as the owner of the checkout, with that user's home. Builds leave no compiler server behind.
as_owner() {
    local settings=(DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false)
    if is_root && [ "$owner" != root ]; then
        runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d: -f6)" PATH="$PATH" "${settings[@]}" "$@"
    else
        env "${settings[@]}" "$@"
    fi
}

# need_packages PACKAGE…: installs those that are missing.
need_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    is_root || fail "these packages are missing: ${missing[*]}. Install them, or call this once with sudo."
    command -v apt-get >/dev/null || fail "these packages are missing and there is no apt-get: ${missing[*]}"
    say "installing ${missing[*]}"
    apt-get update -qq >/dev/null || fail "apt-get update failed; is the network up?"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt-get could not install ${missing[*]}; try it by hand to see why"
}

# Installing nginx would start it as a service, on port 80, now and after each boot: it is unpacked where its tests look.
need_nginx() {
    local folder=/var/cache/bpfdashboard/nginx
    if [ -x /usr/sbin/nginx ] || [ -x "$folder/usr/sbin/nginx" ]; then return; fi
    is_root || fail "nginx is missing. Install it, or call this once with sudo."
    say "unpacking nginx into $folder"
    mkdir -p "$folder"
    (
        cd "$folder"
        apt-get update -qq >/dev/null
        apt-get download -qq -o APT::Sandbox::User=root nginx >/dev/null
        dpkg -x nginx_*.deb . && rm nginx_*.deb
    ) && "$folder/usr/sbin/nginx" -v 2>/dev/null || fail "nginx cannot be unpacked; install it by hand"
}

# sudo drops what the user added to PATH, so the usual places are looked at too.
need_dotnet() {
    local place
    if ! command -v dotnet >/dev/null; then
        for place in "${DOTNET_ROOT:-}" "$(getent passwd "$owner" | cut -d: -f6)/.dotnet" \
            /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet /opt/dotnet; do
            if [ -n "$place" ] && [ -x "$place/dotnet" ]; then
                PATH=$place:$PATH
                export DOTNET_ROOT=$place
                break
            fi
        done
    fi
    command -v dotnet >/dev/null || fail "the .NET SDK 10 is missing: no dotnet on the PATH or in the usual places"
    dotnet --list-sdks | grep -q '^10\.' || fail "the .NET SDK 10 is missing; dotnet --list-sdks shows others only"
}

need_node() {
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        need_packages nodejs npm
    fi
}

# install_npm FOLDER WHAT: the npm packages of a folder, when its lock file changed.
install_npm() {
    local folder="$root/$1" stamp="$root/$1/node_modules/.package-lock.json"
    if [ ! -e "$stamp" ] || [ "$folder/package-lock.json" -nt "$stamp" ]; then
        say "installing the npm packages of $2"
        (cd "$folder" && as_owner npm ci --silent --no-audit --no-fund) || fail "npm ci failed in $1"
        as_owner touch "$stamp"
    fi
}

# The browser's part: its npm packages, and the bundle when a source changed.
build_scripts() {
    local client="$root/src/Client"
    install_npm src/Client "the browser's part"
    if [ ! -d "$root/wwwroot/js" ] ||
        [ -n "$(find "$client/Scripts" "$client/package.json" -newer "$root/wwwroot/js" -print -quit)" ]; then
        say "bundling the browser's part"
        (cd "$client" && as_owner npm run --silent build) || fail "the bundle of src/Client/Scripts does not build"
        as_owner touch "$root/wwwroot/js"
    fi
}

# build PROJECT-OR-SOLUTION: quiet when all is well.
build() {
    local log
    say "building $(basename "$1")"
    as_owner "$root/scripts/configure-blazor-script.sh" || fail "cannot find Blazor's script"
    log=$(as_owner dotnet build "$1" -c $configuration -v quiet -nologo -clp:NoSummary 2>&1) || {
        printf '%s\n' "$log" >&2
        fail "the build failed"
    }
}

# Tracepoints are listed in tracefs, which Debian mounts only when somebody looks at it.
mount_tracefs() {
    [ -e /sys/kernel/tracing/events ] && return
    is_root && mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null ||
        say "tracefs is not mounted at /sys/kernel/tracing; tracepoints will not be found"
}
