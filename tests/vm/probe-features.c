// Says which ways of attaching to functions this kernel has, by attaching once in each: one line each, "yes" or the error.
// Raw bpf(2), so that neither the age of libbpf nor of the headers decides.
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { kprobe_multi = 42, uprobe_multi = 48, kprobe_session = 56 }; // bpf_attach_type; older headers lack them
static const char target[] = "vfs_read";

// Mirrors bpf_attr.link_create; old headers end before uprobe_multi.
struct link_create {
    uint32_t program, target, type, flags;
    union {
        struct { uint32_t flags, count; uint64_t symbols, addresses, cookies; } kprobe;
        struct { uint64_t path, offsets, reference_offsets, cookies; uint32_t count, flags, process; } uprobe;
        uint64_t cookie;
    };
    uint8_t rest[64];
};

static int bpf(int command, void *attributes, unsigned size) { return syscall(SYS_bpf, command, attributes, size); }

static int load(unsigned type, unsigned attach_type, unsigned function) {
    struct bpf_insn nothing[] = {
        {.code = BPF_ALU64 | BPF_MOV | BPF_K}, {.code = BPF_JMP | BPF_EXIT},
    };
    union bpf_attr attributes = {.prog_type = type, .insn_cnt = 2, .insns = (uintptr_t)nothing, .license = (uintptr_t) "GPL",
        .expected_attach_type = attach_type, .attach_btf_id = function};
    return bpf(BPF_PROG_LOAD, &attributes, sizeof attributes);
}

static int link_program(struct link_create *link) { return bpf(BPF_LINK_CREATE, link, sizeof *link); }

static int by_kprobe_multi(unsigned type) {
    const char *names[] = {target};
    struct link_create link = {.program = load(BPF_PROG_TYPE_KPROBE, type, 0), .type = type,
        .kprobe = {.count = 1, .symbols = (uintptr_t)names}};
    return (int)link.program < 0 ? -1 : link_program(&link);
}

// The link lies on this program's own first byte of code, found by its place in the file.
extern char __executable_start[], _start[];
static int by_uprobe_multi(void) {
    uint64_t offset = _start - __executable_start;
    struct link_create link = {.program = load(BPF_PROG_TYPE_KPROBE, uprobe_multi, 0), .type = uprobe_multi,
        .uprobe = {.path = (uintptr_t) "/proc/self/exe", .offsets = (uintptr_t)&offset, .count = 1}};
    return (int)link.program < 0 ? -1 : link_program(&link);
}

static int by_perf(const char *unit, const char *name, uint64_t offset) {
    char path[64];
    struct perf_event_attr event = {.size = sizeof event, .config1 = (uintptr_t)name, .config2 = offset};
    snprintf(path, sizeof path, "/sys/bus/event_source/devices/%s/type", unit);
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%u", &event.type) != 1) return -1;
    int opened = syscall(SYS_perf_event_open, &event, -1, 0, -1, 0);
    struct link_create link = {.program = load(BPF_PROG_TYPE_KPROBE, 0, 0), .target = opened, .type = BPF_PERF_EVENT};
    return opened < 0 || (int)link.program < 0 ? -1 : link_program(&link);
}

// The bytes after a type's header, by its kind.
static unsigned tail_size(const struct btf_type *type) {
    unsigned count = BTF_INFO_VLEN(type->info);
    switch (BTF_INFO_KIND(type->info)) {
        case BTF_KIND_INT: case BTF_KIND_VAR: case BTF_KIND_DECL_TAG: return 4;
        case BTF_KIND_ARRAY: return sizeof(struct btf_array);
        case BTF_KIND_STRUCT: case BTF_KIND_UNION: case BTF_KIND_DATASEC: case BTF_KIND_ENUM64: return 12 * count;
        case BTF_KIND_ENUM: case BTF_KIND_FUNC_PROTO: return 8 * count;
        default: return 0;
    }
}

static unsigned find_function(const char *name) {
    size_t size = 32 << 20;
    char *data = malloc(size);
    FILE *file = fopen("/sys/kernel/btf/vmlinux", "r");
    if (!file || !fread(data, 1, size, file)) return 0;
    struct btf_header *header = (void *)data;
    char *at = data + header->hdr_len + header->type_off, *end = at + header->type_len;
    const char *strings = data + header->hdr_len + header->str_off;
    for (unsigned id = 1; at < end; id++) {
        struct btf_type *type = (void *)at;
        if (BTF_INFO_KIND(type->info) == BTF_KIND_FUNC && !strcmp(strings + type->name_off, name)) return id;
        at += sizeof *type + tail_size(type);
    }
    errno = ENOENT;
    return 0;
}

static int by_fentry(void) {
    unsigned function = find_function(target);
    int program = function ? load(BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, function) : -1;
    struct link_create link = {.program = program, .type = BPF_TRACE_FENTRY};
    return program < 0 ? -1 : link_program(&link);
}

static void report(const char *name, int result) {
    printf("%-14s %s\n", name, result < 0 ? strerror(errno) : "yes");
}

int main(void) {
    report("kprobe", by_perf("kprobe", target, 0));
    report("kprobe.multi", by_kprobe_multi(kprobe_multi));
    report("kprobe.session", by_kprobe_multi(kprobe_session));
    report("uprobe", by_perf("uprobe", "/proc/self/exe", _start - __executable_start));
    report("uprobe.multi", by_uprobe_multi());
    report("fentry", by_fentry());
}
