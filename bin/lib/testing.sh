# shellcheck shell=sh
# What only the checks and the measurements need, and how the checks are run and counted. Needs setup.sh.

has_chromium() {
    for name in "${CONTENTPILOT_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        if [ -n "$name" ] && have "$name"; then
            CONTENTPILOT_CHROMIUM=$(command -v "$name")
            export CONTENTPILOT_CHROMIUM
            return 0
        fi
    done
    return 1
}

# Only a person may go without the browser, and only by saying so; CI never.
need_chromium() {
    if [ "${CONTENTPILOT_SKIP_BROWSER:-}" = 1 ] && [ -z "${CI:-}" ]; then
        return 0
    fi
    need "Chromium" has_chromium chromium chromium chromium chromium
}

# Debian keeps it in /usr/sbin, which is not on every user's PATH.
has_pgbouncer() { have pgbouncer || { PATH=$PATH:/usr/sbin:/sbin && have pgbouncer; }; }

need_pgbouncer() { need "PgBouncer" has_pgbouncer pgbouncer pgbouncer pgbouncer pgbouncer; }

has_wrk() { have wrk; }

# Part of postfix; Debian keeps both in /usr/sbin.
has_smtp_sink() { have smtp-sink || { PATH=$PATH:/usr/sbin:/sbin && have smtp-sink; }; }

need_smtp_sink() { need "smtp-sink" has_smtp_sink postfix postfix postfix postfix; }

has_vips() { have vipsthumbnail; }

# Debian keeps it in /usr/sbin.
has_nginx() { have nginx || { PATH=$PATH:/usr/sbin:/sbin && have nginx; }; }

# Free photographs; their folder is left in $photographs.
has_photographs() {
    photographs=/usr/share/backgrounds/mate
    [ -d "$photographs/nature" ]
}

need_photographs() {
    need "A folder of photographs (or give yours with --photos)" has_photographs mate-backgrounds mate-backgrounds mate-backgrounds mate-backgrounds
}

schemathesis_version=4.32.5

has_python() { have python3 && python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }

# Leaves the fuzzer in $schemathesis; in a folder of its own, so that nothing of the system's Python is touched.
need_schemathesis() {
    schemathesis_home=$root/target/setup/schemathesis-$schemathesis_version
    schemathesis=$schemathesis_home/bin/schemathesis
    "$schemathesis" --version >/dev/null 2>&1 && return 0
    need "Python 3.10 or newer with its venv" has_python python3-venv python3 python3 python
    say "Installing Schemathesis $schemathesis_version"
    quietly schemathesis sh -c 'python3 -m venv --clear "$0" && "$0/bin/pip" install "schemathesis==$1"' "$schemathesis_home" "$schemathesis_version" && return 0
    give_up "Schemathesis could not be installed." "python3 -m venv --clear $schemathesis_home && $schemathesis_home/bin/pip install schemathesis==$schemathesis_version"
}

# What draws stills of films and first pages of documents; the program does without, its stories do not.
has_media_tools() { have ffmpeg && have ffprobe && have pdftoppm && have pdfinfo; }

need_media_tools() {
    need "ffmpeg and Poppler" has_media_tools "ffmpeg poppler-utils" "ffmpeg-free poppler-utils" "ffmpeg poppler-utils" "ffmpeg poppler"
}

need_wrk() { need "wrk" has_wrk wrk wrk wrk wrk; }

# Leaves psql in $psql: the one beside the server, else any.
has_psql() {
    psql=$postgres_bin/psql
    [ -x "$psql" ] || psql=$(command -v psql)
}

# Leaves the command that runs the tests in $test_runner: cargo-nextest, or cargo's own when that cannot be had.
find_test_runner() {
    test_runner="cargo nextest run"
    cargo nextest --version >/dev/null 2>&1 && return 0
    say "Installing cargo-nextest (some minutes, once)"
    quietly cargo-nextest cargo install cargo-nextest --locked && return 0
    say "cargo-nextest could not be installed; using cargo test"
    test_runner="cargo test"
}

passed=0
failed=0
skipped=0
failures=

# step NAME COMMAND…: runs it, says how long it took; a failure is kept for the end and returned.
step() {
    step_name=$1
    shift
    printf '\n== %s: %s\n' "$step_name" "$*"
    step_started=$(date +%s)
    if "$@"; then
        printf '== %s: done in %s s\n' "$step_name" "$(($(date +%s) - step_started))"
        return 0
    fi
    printf '== %s: FAILED after %s s\n' "$step_name" "$(($(date +%s) - step_started))"
    failures="$failures
Failed: $step_name. Repeat it with: $(repeat_line "$@")"
    return 1
}

# Steps that are functions of bin/test are repeated by asking it for their part alone.
repeat_line() {
    case $1 in
        cargo) echo "$*" ;;
        run_unit_tests | run_doc_tests | build_everything) echo "bin/test unit" ;;
        run_journeys | check_journey_types) echo "bin/test browser" ;;
        run_fuzzer) echo "bin/test api" ;;
        *) echo "bin/test lint" ;;
    esac
}

# count PASSED FAILED [SKIPPED]
count() {
    passed=$((passed + $1))
    failed=$((failed + $2))
    skipped=$((skipped + ${3:-0}))
}

# Adds up nextest's report (JUnit): tests, failures and errors stand on its root element.
count_junit() {
    [ -f "$1" ] || return 0
    # shellcheck disable=SC2046 # three numbers
    count $(sed -n 's/.*<testsuites .*tests="\([0-9]*\)".*failures="\([0-9]*\)".*errors="\([0-9]*\)".*/\1 \2 \3/p' "$1" |
        awk '{ print $1 - $2 - $3, $2 + $3 }')
}

# Adds up the "test result:" lines of cargo test.
count_cargo_test() {
    # shellcheck disable=SC2046 # three numbers
    count $(awk '/^test result:/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i-1); if ($i ~ /^failed/) f += $(i-1); if ($i ~ /^ignored/) s += $(i-1) } }
        END { print p + 0, f + 0, s + 0 }' "$1")
}

# Adds up Schemathesis's report (JUnit): a test a call of the API.
count_calls() {
    [ -f "$1" ] || return 0
    # shellcheck disable=SC2046 # three numbers
    count $(node -e 'const text = require("fs").readFileSync(process.argv[1], "utf8");
        const cases = text.match(/<testcase[\s\S]*?(?:\/>|<\/testcase>)/g) ?? [];
        const having = (mark) => cases.filter((one) => mark.test(one)).length;
        const [failed, skipped] = [having(/<(failure|error)\b/), having(/<skipped\b/)];
        console.log(cases.length - failed - skipped, failed, skipped)' "$1")
}

# Adds up Playwright's report (JSON). A journey that passed only when repeated has failed.
count_playwright() {
    [ -f "$1" ] || return 0
    # shellcheck disable=SC2046 # three numbers
    count $(node -e 'const { stats } = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
        console.log(stats.expected, stats.unexpected + stats.flaky, stats.skipped)' "$1")
}

# Ends the run: the failures with how to repeat them, then the one line that sums every test.
finish() {
    printf '%s\n' "$failures"
    if [ "$((passed + failed))" -gt 0 ]; then
        [ "$skipped" -eq 0 ] || skipped_words=", $skipped skipped"
        printf '\n%s passed, %s failed%s\n' "$passed" "$failed" "${skipped_words:-}"
    fi
    [ -z "$failures" ] && [ "$failed" -eq 0 ]
    exit
}
