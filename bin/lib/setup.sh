# shellcheck shell=sh
# What the commands in bin/ need on the machine: each function finds one thing, gets it when it may, or stops with one clear line.
# Sourced with $root set to the top of the source tree.

postgres_npm_version=18.4.0-beta.17
oldest_postgres=15

# One place for what is built, whatever the machine's own settings say: the commands start programs from there.
export CARGO_TARGET_DIR="$root/target"

say() { printf '\342\200\242 %s\n' "$*"; }

# Stops with one line on what is missing and one on what to run.
give_up() {
    printf '\ncontentpilot: %s\n' "$1" >&2
    [ -z "${2:-}" ] || printf 'Run this, then start again:  %s\n' "$2" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a chatty command quietly; its last lines are shown only when it fails. $1 names the log.
quietly() {
    quiet_log=$root/target/setup/$1.log
    shift
    mkdir -p "$root/target/setup"
    "$@" >"$quiet_log" 2>&1 </dev/null && return 0
    tail -n 15 "$quiet_log" >&2
    return 1
}

# True when the files given after the name are as they were at the last `remember` of that name.
unchanged() {
    stamp=$root/target/setup/$1.stamp
    shift
    [ -f "$stamp" ] && [ "$(fingerprint "$@")" = "$(cat "$stamp")" ]
}

remember() {
    stamp=$root/target/setup/$1.stamp
    shift
    mkdir -p "$root/target/setup"
    fingerprint "$@" >"$stamp"
}

fingerprint() { find "$@" -type f -exec cksum {} + 2>/dev/null | LC_ALL=C sort -k 3; }

# Which of the system's package managers is here; nothing when it is one we do not know.
package_manager() {
    for manager in apt-get dnf apk pacman; do
        if have "$manager"; then
            echo "$manager"
            return 0
        fi
    done
    return 1
}

# Four lists of package names, for apt-get, dnf, apk and pacman, become those of this machine.
packages_here() {
    case $(package_manager) in
        apt-get) echo "$1" ;;
        dnf) echo "$2" ;;
        apk) echo "$3" ;;
        pacman) echo "$4" ;;
    esac
}

# The line a person would type to install packages here.
install_line() {
    case $(package_manager) in
        apt-get) echo "sudo apt-get update && sudo apt-get install -y $*" ;;
        dnf) echo "sudo dnf install -y $*" ;;
        apk) echo "sudo apk add $*" ;;
        pacman) echo "sudo pacman -S --noconfirm $*" ;;
        *) echo "(install with your system's packages: $*)" ;;
    esac
}

may_install() { package_manager >/dev/null && { [ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }; }; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs the packages named for this machine's package manager (an argument for each, see packages_here).
install_packages() {
    may_install || return 1
    # shellcheck disable=SC2046 # the list is meant to be split
    set -- $(packages_here "$@")
    [ $# -gt 0 ] || return 1
    say "Installing $* with $(package_manager)"
    case $(package_manager) in
        apt-get)
            quietly apt-update as_root apt-get update || true
            quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
            ;;
        dnf) quietly dnf-install as_root dnf install -y "$@" ;;
        apk) quietly apk-add as_root apk add "$@" ;;
        pacman) quietly pacman-install as_root pacman -S --noconfirm --needed "$@" ;;
    esac
}

# Makes sure of a command: $1 what a person calls it, $2 a function that tells whether it is here, then the packages.
need() {
    need_name=$1
    need_check=$2
    shift 2
    "$need_check" && return 0
    install_packages "$@" && "$need_check" && return 0
    give_up "$need_name is missing and could not be installed." "$(install_line "$(packages_here "$@")")"
}

has_c_compiler() { have cc && printf '#include <stdlib.h>\nint main(void){return 0;}\n' | cc -E -x c - >/dev/null 2>&1; }

need_c_compiler() { need "A C compiler (cc)" has_c_compiler "gcc libc6-dev" "gcc glibc-devel" "gcc musl-dev" "gcc"; }

need_rust() {
    have cargo || PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
    have cargo || give_up "The Rust toolchain (cargo) is missing." "curl --proto '=https' -sSf https://sh.rustup.rs | sh   (or see https://rustup.rs)"
    rust_needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml")
    rust_found=$(cd "$root" && rustc --version | cut -d ' ' -f 2)
    at_least "$rust_found" "$rust_needed" || give_up "Rust $rust_found is too old, $rust_needed or newer is needed." "rustup update stable"
}

# at_least 1.95.0 1.95: compares the first two numbers of two versions.
at_least() {
    [ "$(printf '%s\n' "$1" "$2" | awk -F'[.-]' '{ printf "%d\n", $1 * 10000 + $2 }' | sort -n | head -n 1)" = \
        "$(printf '%s\n' "$2" | awk -F'[.-]' '{ printf "%d\n", $1 * 10000 + $2 }')" ]
}

has_node() { have node && have npm && at_least "$(node --version | tr -d v)" "$node_needed"; }

# $1 is the oldest major version that will do.
need_node() {
    node_needed=$1
    has_node && return 0
    if ! have node || ! have npm; then install_packages "nodejs npm" "nodejs npm" "nodejs npm" "nodejs npm" || true; fi
    has_node && return 0
    have node && have npm && give_up "Node.js $(node --version) is too old, $node_needed or newer is needed." "(install it from https://nodejs.org/en/download)"
    give_up "Node.js $node_needed or newer with npm is missing and could not be installed." "$(install_line nodejs npm)"
}
