# shellcheck shell=sh
# Builds what the program is made of. Needs setup.sh and the top of the source tree as working directory.

# Installs the npm packages of one folder ($1) when its lock file has changed since the last time.
install_npm_packages() {
    lock=$1/package-lock.json
    stamp_name=npm-$(basename "$(cd "$1" && pwd)")
    [ -d "$1/node_modules" ] && unchanged "$stamp_name" "$lock" && return 0
    say "Installing the npm packages of ${lock#./}"
    (cd "$1" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 quietly "$stamp_name" npm ci --no-audit --no-fund) ||
        give_up "The npm packages of $lock could not be installed." "cd $root/$1 && npm ci"
    remember "$stamp_name" "$lock"
}

# What the web assets are made from: the folders of crates/ui but its Rust code, its templates and what the build itself writes.
asset_sources() {
    for source in package.json package-lock.json islands crates/ui/*; do
        case $source in
            crates/ui/assets | crates/ui/src | crates/ui/templates | crates/ui/*.*) ;;
            *) [ ! -e "$source" ] || echo "$source" ;;
        esac
    done
}

# Builds crates/ui/assets, but not again while nothing that goes into it has changed: cargo would then build again as well.
build_assets() {
    install_npm_packages .
    # shellcheck disable=SC2046 # no path inside the source tree has a space
    set -- $(asset_sources)
    [ -n "$(ls crates/ui/assets 2>/dev/null)" ] && unchanged assets "$@" && return 0
    say "Building the web assets"
    quietly assets npm run --silent build || give_up "The web assets could not be built." "cd $root && npm run build"
    remember assets "$@"
}
