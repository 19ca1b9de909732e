# shellcheck shell=sh
# What bin/virt-sandbox and bin/verify share: what a machine needs, where its Java is, the build. Sourced with these
# set:
#   program   the command's name, which its messages begin with
#   failure   the exit status of what fails here
#   root      the checkout

: "${program:?}" "${failure:?}" "${root:?}"

# Where the build puts what java is started with, and the lock of whoever builds.
run=$root/target/virt-sandbox
build_lock=$root/target/setup.lock
setup_log=$root/target/setup.log

# Of whoever installs packages: the machine's, as they are. apt-get inherits it, and so holds it after a killed run.
install_lock=/run/libvirt-sandbox-setup.lock

oldest_java=17

say() {
    printf '%s: %s\n' "$program" "$*" >&2
}

fail() {
    say "$*"
    exit "$failure"
}

is_root() {
    [ "$(id -u)" -eq 0 ]
}

# ---- What the machine needs ----

# Usage: any FILE...
any() {
    for file; do
        if [ -e "$file" ]; then
            return 0
        fi
    done
    return 1
}

# Usage: has NEED
has() {
    case $1 in
    jdk) java_home javac ;;
    maven) command -v mvn >/dev/null ;;
    gcc) command -v gcc >/dev/null ;;
    musl) command -v musl-gcc >/dev/null ;;
    kernel-headers) any /usr/include/linux/capability.h ;;
    libvirtd) any /usr/sbin/libvirtd /usr/bin/libvirtd ;;
    lxc)
        any /usr/lib/libvirt/libvirt_lxc /usr/libexec/libvirt_lxc &&
            any /usr/lib/*/libvirt/connection-driver/libvirt_driver_lxc.so \
                /usr/lib64/libvirt/connection-driver/libvirt_driver_lxc.so \
                /usr/lib/libvirt/connection-driver/libvirt_driver_lxc.so
        ;;
    libc-headers) any /usr/include/stdio.h ;;
    qemu) any "/usr/bin/qemu-system-$(uname -m)" /usr/libexec/qemu-kvm ;;
    qemu-driver)
        any /usr/lib/*/libvirt/connection-driver/libvirt_driver_qemu.so \
            /usr/lib64/libvirt/connection-driver/libvirt_driver_qemu.so \
            /usr/lib/libvirt/connection-driver/libvirt_driver_qemu.so
        ;;
    # Debian's kernel for clouds has no 9p
    cloud-kernel) any /boot/vmlinuz-*-cloud-* ;;
    virtiofsd)
        any /usr/libexec/virtiofsd /usr/lib/virtiofsd /usr/lib/qemu/virtiofsd || command -v virtiofsd >/dev/null
        ;;
    generic-kernel) any /lib/modules/*/kernel/net/9p/9pnet_virtio.ko* && any /boot/vmlinuz-* /lib/modules/*/vmlinuz ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# Usage: missing NEED...
# Sets $missing to those that the machine lacks, and is true if there are any.
missing() {
    missing=
    for need; do
        has "$need" || missing="$missing $need"
    done
    [ -n "$missing" ]
}

# Usage: packages FAMILY NEED...
packages() {
    family=$1
    shift
    for need; do
        case $family:$need in
        apt:jdk) newest_packaged_jdk ;;
        apt:musl) echo musl-tools ;;
        apt:kernel-headers) echo linux-libc-dev ;;
        apt:libvirtd) echo libvirt-daemon ;;
        apt:lxc) echo libvirt-daemon-driver-lxc ;;
        apt:libc-headers) echo libc6-dev ;;
        apt:qemu) [ "$(uname -m)" = aarch64 ] && echo qemu-system-arm || echo qemu-system-x86 ;;
        apt:qemu-driver) echo libvirt-daemon-driver-qemu ;;
        apt:cloud-kernel) echo "linux-image-cloud-$(dpkg --print-architecture)" ;;
        apt:virtiofsd) packaged_virtiofsd ;;
        apt:generic-kernel) echo "linux-image-$(dpkg --print-architecture)" ;;
        apt:virsh) echo libvirt-clients ;;
        apt:ps) echo procps ;;
        apt:ip) echo iproute2 ;;
        apt:dnsmasq) echo dnsmasq-base ;;
        apt:ebtables) echo iptables ;;
        dnf:jdk) echo java-21-openjdk-devel ;;
        dnf:musl) echo musl-gcc ;;
        dnf:libvirtd) echo libvirt-daemon ;;
        dnf:lxc) echo libvirt-daemon-driver-lxc ;;
        dnf:libc-headers) echo glibc-devel ;;
        dnf:qemu) echo qemu-system-x86-core ;;
        dnf:qemu-driver) echo libvirt-daemon-driver-qemu ;;
        dnf:generic-kernel) echo kernel-core kernel-modules ;;
        dnf:virsh) echo libvirt-client ;;
        dnf:ps) echo procps-ng ;;
        dnf:ip) echo iproute ;;
        dnf:iptables | dnf:ebtables) echo iptables-nft ;;
        dnf:shellcheck) echo ShellCheck ;;
        zypper:jdk) echo java-21-openjdk-devel ;;
        zypper:musl) echo musl-gcc musl-devel ;;
        zypper:kernel-headers) echo linux-glibc-devel ;;
        zypper:libvirtd) echo libvirt-daemon ;;
        zypper:lxc) echo libvirt-daemon-lxc ;;
        zypper:libc-headers) echo glibc-devel ;;
        zypper:qemu) echo qemu-x86 ;;
        zypper:qemu-driver) echo libvirt-daemon-qemu ;;
        zypper:generic-kernel) echo kernel-default ;;
        zypper:virsh) echo libvirt-client ;;
        zypper:ip) echo iproute2 ;;
        zypper:shellcheck) echo ShellCheck ;;
        pacman:jdk) echo jdk21-openjdk ;;
        pacman:kernel-headers) echo linux-api-headers ;;
        pacman:libvirtd | pacman:lxc | pacman:qemu-driver | pacman:virsh) echo libvirt ;;
        pacman:libc-headers) echo glibc ;;
        pacman:qemu) echo qemu-system-x86 ;;
        pacman:generic-kernel) echo linux ;;
        pacman:ps) echo procps-ng ;;
        pacman:ip) echo iproute2 ;;
        apk:jdk) echo openjdk21-jdk ;;
        apk:musl | apk:libc-headers) echo musl-dev ;;
        apk:kernel-headers) echo linux-headers ;;
        apk:qemu) echo qemu-system-x86_64 ;;
        apk:qemu-driver) echo libvirt-qemu ;;
        apk:generic-kernel) echo linux-lts ;;
        apk:libvirtd) echo libvirt-daemon ;;
        apk:lxc) echo libvirt-lxc ;;
        apk:virsh) echo libvirt-client ;;
        apk:ps) echo procps ;;
        apk:ip) echo iproute2 ;;
        *) echo "$need" ;;
        esac
    done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

# Debian 13 has one of its own, in Debian 12 it comes with QEMU.
packaged_virtiofsd() {
    if [ -n "$(apt-cache --quiet madison virtiofsd 2>/dev/null)" ]; then
        echo virtiofsd
    else
        echo qemu-system-common
    fi
}

# Debian 12 has Java 17 and no 21, Debian 13 the reverse.
newest_packaged_jdk() {
    for version in 21 17; do
        if [ -n "$(apt-cache --quiet madison "openjdk-$version-jdk-headless" 2>/dev/null)" ]; then
            echo "openjdk-$version-jdk-headless"
            return
        fi
    done
    echo default-jdk-headless
}

# Usage: require NEED...
# Installs what is missing, where that is known how.
require() {
    free_services
    missing "$@" || return 0
    if ! command -v apt-get >/dev/null || ! is_root; then
        refuse_to_install
    fi
    end_after_the_installation
    (
        # shellcheck disable=SC2086 # one word a need
        install_with_apt $missing
    ) || exit $?
    trap - HUP INT TERM
    if missing "$@"; then
        fail "still missing after the installation:$missing; its log is $setup_log"
    fi
}

refuse_to_install() {
    for manager in apt-get:install dnf:install zypper:install pacman:-S apk:add; do
        if command -v "${manager%%:*}" >/dev/null; then
            # shellcheck disable=SC2086 # one word a need
            list=$(packages "$(echo "${manager%%:*}" | sed 's/^apt-get$/apt/')" $missing)
            fail "missing:$missing; install with: $(is_root || echo 'sudo ')${manager%%:*} ${manager##*:} $list"
        fi
    done
    fail "missing:$missing; install them by hand"
}

# Usage: install_with_apt NEED...
# In a subshell: its traps are its own.
install_with_apt() {
    mkdir -p "$root/target" || exit "$failure"
    exec 9>"$install_lock"
    take_turn
    # another one may have installed them while this one waited
    missing "$@" || return 0

    # an old list names packages that are gone; that a list of somebody else's fails need not matter
    apt-get --quiet update >"$setup_log" 2>&1 </dev/null || echo 'apt-get update failed' >>"$setup_log"
    list=$(packages apt "$@")
    ask "$list"
    end_after_the_installation
    trap restore_services EXIT
    hold_services
    # shellcheck disable=SC2086 # one word a package
    followed env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=300 install $list ||
        show_log "the installation failed"
}

# Usage: followed COMMAND...
# Its output goes to the log; a person at a terminal sees what it is at.
followed() {
    {
        "$@" 2>&1 </dev/null
        printf '\nended with %s\n' "$?"
    } | {
        status=1
        while IFS= read -r line; do
            case $line in
            'ended with '*) status=${line#ended with } ;;
            *) printf '%s\n' "$line" && tell_progress "$line" ;;
            esac
        done >>"$setup_log"
        if [ -t 2 ]; then
            printf '\r\033[K' >&2
        fi
        exit "$status"
    }
}

# Usage: tell_progress LINE
# In one line that the next one replaces, of what Maven and apt-get say.
tell_progress() {
    if [ -t 2 ]; then
        case $1 in
        '[INFO] Building '*'['*/*']') step="building ${1#\[INFO\] Building }" ;;
        'Get:'*) step=downloading ;;
        'Unpacking '* | 'Setting up '*) step=${1%% (*} ;;
        *) return ;;
        esac
        printf '\r\033[K%s: %.60s' "$program" "$step" >&2
    fi
}

# Takes the lock on descriptor 9.
take_turn() {
    if ! flock --nonblock 9; then
        say "waiting for another one that sets up"
        flock 9
    fi
}

# A shell with a trap for a signal waits for its child first.
end_after_the_installation() {
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Usage: ask PACKAGES
# Only of people: a script that got this far wants the program.
ask() {
    if ! [ -t 0 ] || ! [ -t 2 ]; then
        say "installing: $1"
        return
    fi
    printf '%s: to be installed: %s\n%s: install them? [Y/n] ' "$program" "$1" "$program" >&2
    read -r answer || answer=n
    case $answer in
    '' | [Yy]*) ;;
    *) fail "not installed; it needs: $1" ;;
    esac
}

# Usage: show_log MESSAGE
show_log() {
    tail -n 40 "$setup_log" >&2
    fail "$1; the whole log is $setup_log"
}

# A package's scripts ask this program whether they may start a daemon. Here none may: the sandboxes have their own.
services=/usr/sbin/policy-rc.d
saved_services=$services.before-libvirt-sandbox
services_mark='held by libvirt-sandbox while it installs packages'

hold_services() {
    # of one that was killed
    restore_services
    printf '#!/bin/sh\n# %s\nexit 101\n' "$services_mark" >"$services.new"
    chmod 755 "$services.new"
    if [ -e "$services" ] || [ -L "$services" ]; then
        mv "$services" "$saved_services"
    fi
    mv "$services.new" "$services"
}

restore_services() {
    if [ -e "$saved_services" ] || [ -L "$saved_services" ]; then
        mv -f "$saved_services" "$services"
    elif are_services_held; then
        rm -f "$services"
    fi
}

# Without a process of its own, as each start asks.
are_services_held() {
    [ -r "$services" ] && { read -r _ && read -r line; } <"$services" && [ "$line" = "# $services_mark" ]
}

# Usage: free_services
# Takes back what an installation that was killed has left; one that goes on holds the lock, and does so itself.
free_services() {
    if are_services_held || [ -e "$saved_services" ] || [ -L "$saved_services" ]; then
        (
            exec 9>"$install_lock" && flock --nonblock 9 && restore_services
        )
    fi
}

# ---- Java ----

# Usage: read_java_version HOME
# Sets $java_version (17.0.15) and $java_major (17); false where there is no Java. The file is there to be read without
# starting a JVM; where a distribution leaves it out, the JVM is asked.
read_java_version() {
    java_version=
    if [ -r "$1/release" ]; then
        while IFS='="' read -r key _ value _; do
            if [ "$key" = JAVA_VERSION ]; then
                java_version=$value
            fi
        done <"$1/release"
    elif [ -x "$1/bin/java" ]; then
        java_version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
    fi
    java_major=${java_version%%[!0-9]*}
    [ -n "$java_major" ]
}

# Usage: usable HOME TOOL
usable() {
    [ -x "$1/bin/$2" ] && read_java_version "$1" && [ "$java_major" -ge "$oldest_java" ]
}

# Usage: java_home TOOL
# Sets $home to where TOOL (java, javac) is: JAVA_HOME, or else the newest Java on PATH or installed. False if none is.
java_home() {
    home=
    if [ -n "${JAVA_HOME-}" ] && usable "$JAVA_HOME" "$1"; then
        home=$JAVA_HOME
        return 0
    fi
    newest=0
    on_path=$(command -v "$1") && on_path=$(readlink -f -- "$on_path")
    for candidate in "${on_path%/bin/"$1"}" /usr/lib/jvm/*; do
        if usable "$candidate" "$1" && [ "$java_major" -gt "$newest" ]; then
            newest=$java_major
            home=$candidate
        fi
    done
    [ -n "$home" ]
}

# ---- The build ----

# Cheap enough for each start. Directories count too: their time tells of a file that went away.
is_built() {
    [ -e "$run/built" ] &&
        [ -z "$(find "$root"/bin/setup.sh "$root"/pom.xml "$root"/.mvn "$root"/sandbox-*/pom.xml \
            "$root"/sandbox-*/src/main -newer "$run/built" -print -quit)" ]
}

# One at a time: a second one waits, and finds it done.
build() {
    (
        mkdir -p "$root/target" || exit "$failure"
        exec 9>"$build_lock"
        take_turn
        if ! is_built; then
            build_alone 9>&-
        fi
    ) || exit $?
}

build_alone() {
    say "building, once; the log is $setup_log"
    rm -rf "$run" "$root/sandbox-examples/target/lib"
    mkdir -p "$run"
    # older than all that is compiled: what changes meanwhile is built next time
    touch "$run/started"
    java_home javac || fail "no JDK $oldest_java or newer found"
    : >"$setup_log"
    followed env JAVA_HOME="$home" mvn --file "$root/pom.xml" --batch-mode -Dstyle.color=never -Dmaven.test.skip=true \
        -pl sandbox-examples -am package || show_log "the build failed"
    gather_jars || fail "the build made no jars"
    printf '%s\n' "$home" >"$run/java"
    train >>"$setup_log" 2>&1 </dev/null
    mv "$run/started" "$run/built"
}

# New files, never overwritten ones: a JVM that runs on the old ones has them mapped. The program's jar names the others
# in its manifest.
gather_jars() {
    cp "$root"/sandbox-examples/target/lib/*.jar "$run/" &&
        for jar in "$root"/sandbox-examples/target/sandbox-examples-*.jar; do
            case $jar in
            *-sources.jar | *-javadoc.jar | *-tests.jar) ;;
            *) cp "$jar" "$run/virt-sandbox.jar" ;;
            esac
        done
}

# Few threads and little compiling are right for a program that mostly waits: at the usual thresholds the compiler takes a
# quarter of a run's processor time. The JVM would log on stdout, which is the sandboxed program's.
java_options='-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 -Xlog:disable'

# Keeps the classes that a start loads in a form that the JVM maps. Without it a start only takes longer. Before Java 25 a
# static archive: a dynamic one would leave out what is compiled for Java 5, as picocli is.
train() {
    read_java_version "$home"
    archive=$run/$java_version.jsa
    if [ "$java_major" -ge 25 ]; then
        train_with "-XX:AOTCacheOutput=$archive" || echo "no class archive was made"
    else
        { train_with "-XX:DumpLoadedClassList=$run/classes" && dump_classes; } || echo "no class archive was made"
    fi
}

dump_classes() {
    # shellcheck disable=SC2086 # one word an option
    "$home/bin/java" $java_options -Xshare:dump -XX:SharedClassListFile="$run/classes" -XX:SharedArchiveFile="$archive" \
        -cp "$run/virt-sandbox.jar"
}

# Usage: train_with OPTION
# By a run, or where none can be had, by as much of one as can. What comes after the JVM's end, only an orderly end has.
train_with() {
    # shellcheck disable=SC2086 # one word an option
    timeout --foreground 60 "$home/bin/java" "$1" -Dvirt-sandbox.training=true $java_options \
        -jar "$run/virt-sandbox.jar" -- /bin/true ||
        timeout --foreground 20 "$home/bin/java" "$1" -Dvirt-sandbox.training=true $java_options \
            -jar "$run/virt-sandbox.jar" --help
}

# Usage: launch ARGUMENT...
# Becomes java: JAVA_HOME's, or the one that built, which has a class archive, or any.
launch() {
    home=
    [ -r "$run/java" ] && read -r home <"$run/java"
    if [ -n "${JAVA_HOME-}" ] || ! usable "$home" java; then
        java_home java || fail "no Java $oldest_java or newer found"
        usable "$home" java
    fi
    set -- -jar "$run/virt-sandbox.jar" "$@"
    if [ -r "$run/$java_version.jsa" ]; then
        if [ "$java_major" -ge 25 ]; then
            set -- -XX:AOTCache="$run/$java_version.jsa" "$@"
        else
            set -- -XX:SharedArchiveFile="$run/$java_version.jsa" "$@"
        fi
    fi
    # the JVM reads and writes names of files in the locale's encoding, and these are bytes: UTF-8 loses the fewest;
    # programs in a sandbox are told of the caller's own
    case ${LC_ALL:-${LC_CTYPE:-${LANG-}}} in
    *[Uu][Tt][Ff]*8*) ;;
    *)
        set -- -Dvirt-sandbox.lc-all="${LC_ALL-}" "$@"
        export LC_ALL=C.UTF-8
        ;;
    esac
    # shellcheck disable=SC2086 # one word an option
    exec "$home/bin/java" $java_options "$@"
}
