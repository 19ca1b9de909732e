#include "guard.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#define COMPAT AUDIT_ARCH_I386
/* The numbers of x32 are those of x86_64 with this bit. */
#define NUMBER_MASK (~UINT32_C(0x40000000))
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#define COMPAT AUDIT_ARCH_ARM
#define NUMBER_MASK (~UINT32_C(0))
#else
#error "name this architecture's AUDIT_ARCH, and the numbers of the other one that its processors run"
#endif

enum { INSTRUCTIONS_LARGEST = 128, SOCKETCALL_SOCKET = 1 };

/* What is refused: a call, or one whose first argument has a bit, or one whose first argument is a value. */
enum matching { ALWAYS, BIT, VALUE };

struct refusal {
    uint32_t number;
    enum matching matching;
    uint32_t argument;
    uint16_t error;
};

/*
 * A cgroup namespace of its own would let whoever is root in a user namespace mount the cgroups, and there lift the
 * sandbox's limits, freeze its supervisor or kill the host's processes in a cgroup of version 2. The flags of clone3
 * lie in memory, where a filter cannot look: every libc falls back to clone. Keyrings go by user id, and the sandbox's
 * users are the host's. io_uring makes sockets without the call that is looked at here.
 */
#define REFUSALS(UNSHARE, CLONE, SOCKET, ADD_KEY, REQUEST_KEY, KEYCTL, SYSLOG)                                         \
    {UNSHARE, BIT, CLONE_NEWCGROUP, EPERM}, {CLONE, BIT, CLONE_NEWCGROUP, EPERM}, {435, ALWAYS, 0, ENOSYS},           \
        {SOCKET, VALUE, AF_VSOCK, EAFNOSUPPORT}, {425, ALWAYS, 0, ENOSYS}, {ADD_KEY, ALWAYS, 0, ENOSYS},              \
        {REQUEST_KEY, ALWAYS, 0, ENOSYS}, {KEYCTL, ALWAYS, 0, ENOSYS}, {SYSLOG, ALWAYS, 0, EPERM}

static const struct refusal native[] = {
    REFUSALS(SYS_unshare, SYS_clone, SYS_socket, SYS_add_key, SYS_request_key, SYS_keyctl, SYS_syslog)};

static const struct refusal compat[] = {
#if defined(__x86_64__)
    REFUSALS(310, 120, 359, 286, 287, 288, 103),
    {102, VALUE, SOCKETCALL_SOCKET, ENOSYS}, /* its arguments lie in memory; libc uses it on old kernels only */
#else
    REFUSALS(337, 120, 281, 309, 310, 311, 103),
    {102, VALUE, SOCKETCALL_SOCKET, ENOSYS},
#endif
};

struct filter {
    struct sock_filter instructions[INSTRUCTIONS_LARGEST];
    unsigned short count;
};

static void append(struct filter *filter, struct sock_filter instruction) {
    if (filter->count < INSTRUCTIONS_LARGEST)
        filter->instructions[filter->count++] = instruction;
}

static void append_load(struct filter *filter, size_t offset) {
    append(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

static void append_answer(struct filter *filter, uint32_t answer) {
    append(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, answer));
}

/* The low half of the first argument: its flags and numbers are ints. */
static size_t first_argument(void) {
    size_t low = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0 : 4;
    return offsetof(struct seccomp_data, args) + low;
}

static void append_refusal(struct filter *filter, const struct refusal *refusal) {
    uint32_t answer = SECCOMP_RET_ERRNO | refusal->error;

    append_load(filter, offsetof(struct seccomp_data, nr));
    append(filter, (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, NUMBER_MASK));
    if (refusal->matching == ALWAYS) {
        append(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refusal->number, 0, 1));
    } else {
        uint16_t test = refusal->matching == BIT ? BPF_JSET : BPF_JEQ;
        append(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, refusal->number, 0, 3));
        append_load(filter, first_argument());
        append(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | test | BPF_K, refusal->argument, 0, 1));
    }
    append_answer(filter, answer);
}

/* One architecture's part: passed over for others, and allows what it does not refuse. */
static void append_part(struct filter *filter, uint32_t architecture, const struct refusal *refusals, size_t count) {
    append_load(filter, offsetof(struct seccomp_data, arch));
    append(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, 0));
    unsigned short jump = (unsigned short)(filter->count - 1);
    for (size_t i = 0; i < count; i++)
        append_refusal(filter, &refusals[i]);
    append_answer(filter, SECCOMP_RET_ALLOW);
    filter->instructions[jump].jf = (uint8_t)(filter->count - jump - 1);
}

int install_guard(void) {
    struct filter filter = {.count = 0};

    append_part(&filter, NATIVE, native, sizeof(native) / sizeof(native[0]));
    append_part(&filter, COMPAT, compat, sizeof(compat) / sizeof(compat[0]));
    append_answer(&filter, SECCOMP_RET_ERRNO | ENOSYS);
    if (filter.count == INSTRUCTIONS_LARGEST) {
        errno = E2BIG;
        return -1;
    }
    struct sock_fprog program = {filter.count, filter.instructions};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}
