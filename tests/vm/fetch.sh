# Fetches Debian packages into the cache and makes of them what tests/vm/run boots. Sourced, not run.
# Nothing is installed: packages are unpacked below $cache, and apt works on its own lists there.

if is_root && [ -z "${XDG_CACHE_HOME:-}" ]; then cache=/var/cache/bpfdashboard/vm
else cache=${XDG_CACHE_HOME:-$HOME/.cache}/bpfdashboard/vm; fi
tools=$cache/tools

# QEMU before 10 runs two processors wrongly in software while the kernel patches its own code, as probes make it do.
tool_packages=(qemu-system-x86 busybox-static kmod cpio xz-utils zstd)

# What the guest needs before it sees the host's files, and for a forwarded port.
boot_modules=(virtio_pci virtio_console 9pnet_virtio 9p overlay)
network_modules=(virtio_net)

# Unpacked tools come before the system's, and so do the libraries they brought along.
use_tools() {
    export PATH="$tools/usr/bin:$tools/bin:$tools/usr/sbin:$tools/sbin:$PATH"
    export LD_LIBRARY_PATH="$tools/usr/lib/x86_64-linux-gnu:$tools/lib/x86_64-linux-gnu"
}

table() { sed -E 's/#.*//; /^[[:space:]]*$/d' "$here/kernels"; }
kernel_names() { table | awk '{print $1}'; }
kernel_suites() { table | awk '{print $2}' | sort -u; }
kernel_field() { table | awk -v name="$1" -v field="$2" '$1 == name {print $field}'; }

private_apt() {
    local verb=$1
    shift
    "$verb" -o Dir::Etc::sourcelist="$cache/apt/debian.sources" -o Dir::Etc::sourceparts=/dev/null \
        -o Dir::State::Lists="$cache/apt/lists" -o Dir::Cache="$cache/apt" -o APT::Sandbox::User="$(id -un)" \
        -o Debug::NoLocking=1 -o Acquire::Retries=3 "$@"
}

# sources_of ADDRESS SUITE…
sources_of() {
    local address=$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    shift
    printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\nTargets: Packages\n' "$address" "$*"
    [ ! -e "$keyring" ] || printf 'Signed-By: %s\n' "$keyring"
    echo
}

# The mirrors are the system's own; only the suites are ours.
write_sources() {
    local release main="" security="" uri suite
    release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
    while IFS='|' read -r uri suite; do
        case $suite in
            "$release") main=$uri ;;
            "$release-security") security=$uri ;;
        esac
    done < <(apt-get indextargets --format '$(REPO_URI)|$(RELEASE)' 'Created-By: Packages' 'Component: main')
    [ -n "$main" ] || fail "this system's apt names no mirror of Debian '$release'; kernels come from there"
    {
        # shellcheck disable=SC2046 # one word per suite
        sources_of "$main" $(printf '%s\n' "$release" "$release-backports" $(kernel_suites) | sort -u)
        [ -z "$security" ] || sources_of "$security" "$release-security"
    } >"$cache/apt/debian.sources"
}

# Once an hour at most, and only when there is something to fetch.
refresh_lists() {
    [ -z "$(find "$cache/apt/updated" -mmin -60 2>/dev/null)" ] || return 0
    command -v apt-get >/dev/null || fail "there is no apt-get here; QEMU and the kernels come as Debian packages"
    mkdir -p "$cache/apt/lists/partial" "$cache/apt/archives/partial"
    write_sources
    say "reading Debian's package lists ($(sed -n 's/^Suites: //p' "$cache/apt/debian.sources" | tr '\n' ' '))"
    private_apt apt-get update -qq >"$cache/apt/log" 2>&1 ||
        fail "apt cannot read the package lists: $(grep -m1 '^E:' "$cache/apt/log" || tail -n1 "$cache/apt/log")"
    touch "$cache/apt/updated"
}

# unpack_archives FOLDER: all that apt has just downloaded.
unpack_archives() {
    local package
    mkdir -p "$1"
    for package in "$cache"/apt/archives/*.deb; do
        # A second C library beside the host's would be loaded by the host's loader, and crash.
        case $(basename "$package") in libc6_*) continue ;; esac
        dpkg -x "$package" "$1" || fail "dpkg cannot unpack $(basename "$package"); is the disk full?"
    done
    rm -f "$cache"/apt/archives/*.deb
}

# Asked to install but to stop after the download, apt finds which libraries this system lacks.
fetch_tools() {
    local release
    refresh_lists
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    say "fetching ${tool_packages[*]}, and the libraries they lack here"
    private_apt apt-get install -qq -y --download-only --no-install-recommends -t "$release-backports" \
        "${tool_packages[@]}" >"$cache/apt/log" 2>&1 ||
        fail "apt cannot download QEMU: $(grep -m1 '^E:' "$cache/apt/log")"
    say "unpacking $(find "$cache/apt/archives" -name '*.deb' | wc -l) packages into $tools"
    rm -rf "$tools.new"
    unpack_archives "$tools.new"
    rm -rf "$tools" && mv "$tools.new" "$tools"
    # Links such as /sbin/depmod -> /bin/kmod would leave the folder.
    find "$tools" -lname '/*' -exec sh -c 'ln -sfn "$0$(readlink "$1")" "$1"' "$tools" {} \;
    use_tools
    check_qemu
    touch "$tools/.complete"
}

check_qemu() {
    local version
    version=$(qemu-system-x86_64 --version 2>&1 | sed -nE '1s/.*version ([0-9]+).*/\1/p')
    [ -n "$version" ] || fail "QEMU does not start: $(qemu-system-x86_64 --version 2>&1 | head -n1)"
    [ "$version" -ge 10 ] || fail "QEMU $version is too old to run probes on two processors; 10 is needed"
}

newest_package() { # PATTERN
    local name
    while read -r name; do
        # shellcheck disable=SC2053 # the pattern is a pattern
        if [[ $name == $1 && $name != *-cloud-* && $name != *-rt-* ]]; then echo "$name"; fi
    done < <(private_apt apt-cache pkgnames linux-image-) | sort -V | tail -n1
}

# From 7.x on a kernel is several packages of one version: image, base, binary and modules.
kernel_packages() { # PACKAGE
    local version=${1#linux-image-}
    echo "$1"
    private_apt apt-cache pkgnames linux- |
        grep -xF -e "linux-base-$version" -e "linux-binary-$version" -e "linux-modules-$version" || true
}

download_kernel() { # NAME FOLDER
    local package
    package=$(newest_package "$(kernel_field "$1" 3)")
    [ -n "$package" ] ||
        fail "$(kernel_field "$1" 2) has no package $(kernel_field "$1" 3) any more; correct $here/kernels"
    say "fetching $package"
    # shellcheck disable=SC2046 # one word per package
    (cd "$cache/apt/archives" && private_apt apt-get download -qq $(kernel_packages "$package")) \
        >"$cache/apt/log" 2>&1 || fail "apt cannot download $package: $(grep -m1 '^E:' "$cache/apt/log")"
    say "unpacking $package"
    unpack_archives "$2"
    [ -e "$2/lib" ] || ln -s usr/lib "$2/lib"
    [ -d "$2"/lib/modules/*/kernel ] || fail "$package holds no modules; its packages are cut in a way not known here"
    basename "$2"/lib/modules/* >"$2/release"
}

number_at() { od -A n -t "u$3" -j "$2" -N "$3" "$1" | tr -d ' '; } # FILE OFFSET SIZE

# Booted uncompressed by the PVH entry, the kernel skips the real-mode start and its own, emulated, decompression.
# Where the compressed kernel stands in the file is said by the header that boot loaders read (Documentation/arch/x86/boot).
decompress_kernel() { # VMLINUZ VMLINUX
    local start length unpack
    [ -f "$1" ] || fail "the kernel's package holds no vmlinuz where it is looked for"
    start=$((($(number_at "$1" 0x1f1 1) + 1) * 512 + $(number_at "$1" 0x248 4)))
    length=$(number_at "$1" 0x24c 4)
    case $(od -A n -t x1 -j "$start" -N 4 "$1" | tr -d ' ') in
        28b52ffd) unpack="zstd -dcq" length=$((length - 4)) ;; # four bytes of size follow all formats but gzip
        fd377a58) unpack="xz -dcq" length=$((length - 4)) ;;
        1f8b08*) unpack="gzip -dcq" ;;
        *) fail "the kernel in $1 is compressed in a way that is not known here" ;;
    esac
    head -c "$((start + length))" "$1" | tail -c "$length" | $unpack >"$2" || fail "$1 cannot be decompressed"
    [ "$(head -c 4 "$2" | tail -c 3)" = ELF ] || fail "what $1 holds is not an ELF kernel"
}

# collect_modules FOLDER ROOT LIST NAME…: decompressed copies, and a list of them in the order to load them in. What an
# earlier list has is left out.
collect_modules() {
    local kernel=$1 root=$2 list=$3 verb path
    shift 3
    modprobe -d "$kernel" -S "$(cat "$kernel/release")" -a --show-depends "$@" |
        while read -r verb path _; do
            [ "$verb" = insmod ] || continue # the others are built in
            path=${path#"$kernel"} && path=$kernel/${path#/}
            case $path in
                *.xz) xz -dc "$path" >"$root/modules/$(basename "$path" .xz)" ;;
                *.zst) zstd -dcq "$path" >"$root/modules/$(basename "$path" .zst)" ;;
                *) cp "$path" "$root/modules/" ;;
            esac
            basename "$path" | sed -E 's/\.(xz|zst)$//'
        done | awk '!seen[$0]++' >"$root/modules/all"
    [ -s "$root/modules/all" ] || fail "the kernel's package lacks the modules: $*"
    cat "$root"/modules/*.list 2>/dev/null | grep -vxFf - "$root/modules/all" >"$root/new" || true
    mv "$root/new" "$root/modules/$list.list"
    rm "$root/modules/all"
}

# All of the first file system but init, which run adds: it changes with the checkout, this does not.
build_initramfs() { # FOLDER
    local root="$1/initramfs"
    mkdir -p "$root"/{bin,modules,proc,sys,dev,host,upper,root,share}
    cp "$(command -v busybox)" "$root/bin/busybox"
    ln -s busybox "$root/bin/sh"
    collect_modules "$1" "$root" boot "${boot_modules[@]}"
    collect_modules "$1" "$root" network "${network_modules[@]}"
    (cd "$root" && find . | cpio -o -H newc --quiet) >"$1/initramfs.cpio" || fail "cpio cannot pack the initramfs"
    rm -rf "$root"
}

find_kernel() { # FOLDER
    local release
    release=$(cat "$1/release")
    ls "$1/boot/vmlinuz-$release" "$1/lib/modules/$release/vmlinuz" 2>/dev/null | head -n1
}

fetch_kernel() { # NAME
    local target="$cache/kernels/$1" new="$cache/kernels/$1.new"
    refresh_lists
    rm -rf "$new"
    mkdir -p "$new"
    download_kernel "$1" "$new"
    say "preparing Linux $(cat "$new/release") for QEMU"
    depmod -b "$new" "$(cat "$new/release")" || fail "depmod cannot read the modules of $(cat "$new/release")"
    decompress_kernel "$(find_kernel "$new")" "$new/vmlinux"
    build_initramfs "$new"
    rm -rf "$target" && mv "$new" "$target"
}

# The headers of exactly this kernel, which compilers of BPF from C want, as Debian packages them: below usr/src.
fetch_headers() { # NAME
    local folder="$cache/kernels/$1" release
    release=$(cat "$folder/release")
    refresh_lists
    say "fetching the headers of Linux $release"
    (cd "$cache/apt/archives" &&
        private_apt apt-get download -qq "linux-headers-$release" "linux-headers-${release%-*}-common") \
        >"$cache/apt/log" 2>&1 ||
        fail "no headers of Linux $release: $(grep -m1 '^E:' "$cache/apt/log"). If the mirror has gone on to a newer" \
            "kernel, delete $folder to fetch that one."
    rm -rf "$folder/headers.new"
    unpack_archives "$folder/headers.new"
    [ -e "$folder/headers.new/lib" ] || ln -s usr/lib "$folder/headers.new/lib"
    mv "$folder/headers.new" "$folder/headers"
}

# prepare NAME: everything to boot it is in the cache afterwards; the second time this costs nothing.
prepare() {
    [ "$(uname -m)" = x86_64 ] || fail "the virtual machines are for x86-64; this is $(uname -m)"
    mkdir -p "$cache/kernels" || fail "cannot write into $cache"
    exec 9>"$cache/lock"
    flock -n 9 || { say "waiting for another tests/vm/run to finish fetching" && flock 9; }
    use_tools
    [ -e "$tools/.complete" ] && [ -x "$tools/usr/bin/qemu-system-x86_64" ] || fetch_tools
    [ -e "$cache/kernels/$1/initramfs.cpio" ] || fetch_kernel "$1"
    [ -z "${VM_HEADERS:-}" ] || [ -d "$cache/kernels/$1/headers" ] || fetch_headers "$1"
    exec 9>&-
}
