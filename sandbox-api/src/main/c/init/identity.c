#include "identity.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guard.h"
#include "report.h"
#include "wire.h"

static uint64_t bit(unsigned capability) {
    return UINT64_C(1) << capability;
}

static int get_permitted(uint64_t *permitted) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];

    if (syscall(SYS_capget, &header, data) < 0)
        return -1;
    *permitted = (uint64_t)data[1].permitted << 32 | data[0].permitted;
    return 0;
}

static int set_sets(uint64_t permitted, uint64_t inheritable) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    uint32_t low = (uint32_t)permitted, high = (uint32_t)(permitted >> 32);
    struct __user_cap_data_struct data[2] = {{low, low, (uint32_t)inheritable},
                                             {high, high, (uint32_t)(inheritable >> 32)}};

    return (int)syscall(SYS_capset, &header, data);
}

static int set_capabilities(uint64_t set) {
    return set_sets(set, set);
}

/* After a change of ids. What the bounding set has lost cannot be made inheritable. */
static int regain_capabilities(uint64_t permitted) {
    return set_sets(permitted, 0);
}

/* The kernel answers EINVAL for the first number that is no capability of its. */
static int limit_bounding_set(uint64_t kept) {
    for (unsigned capability = 0; capability < 64; capability++) {
        if (kept & bit(capability))
            continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0)
            return errno == EINVAL ? 0 : -1;
    }
    return 0;
}

static int raise_ambient(uint64_t set) {
    for (unsigned capability = 0; capability < 64; capability++) {
        if (set & bit(capability) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
            return -1;
    }
    return 0;
}

int keep_capabilities(uint64_t capabilities) {
    uint64_t permitted;

    if (get_permitted(&permitted) < 0 || limit_bounding_set(capabilities & permitted) < 0)
        return -1;
    return set_capabilities(capabilities & permitted);
}

static void take_capabilities(const struct record *record) {
    uint64_t permitted;

    if (get_permitted(&permitted) < 0)
        report_failure(STAGE_IDENTITY, "cannot read the capabilities");
    uint64_t kept = record->capabilities & permitted;
    if (set_capabilities(kept) < 0)
        report_failure(STAGE_IDENTITY, "cannot set the capabilities");
    /* exec gives uid 0 what its bounding set allows; any other uid keeps ambient ones only */
    if (record->uid != 0 && raise_ambient(kept) < 0)
        report_failure(STAGE_IDENTITY, "cannot set the ambient capabilities");
}

void install_filter(const struct record *record) {
    struct sock_fprog program = {(unsigned short)record->seccomp_count, record->seccomp};

    if (install_guard() < 0)
        report_failure(STAGE_LIMITS, "the filter of system calls was refused");
    if (record->seccomp_count > 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0)
        report_failure(STAGE_LIMITS, "the seccomp program was refused");
}

void take_identity(const struct record *record) {
    uint64_t permitted;

    if (setgroups(record->group_count, record->groups) < 0)
        report_failure(STAGE_IDENTITY, "cannot set the supplementary groups");
    if (get_permitted(&permitted) < 0 || limit_bounding_set(record->capabilities & permitted) < 0)
        report_failure(STAGE_IDENTITY, "cannot limit the bounding set");
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
        report_failure(STAGE_IDENTITY, "cannot keep capabilities");
    if (setresgid(record->gid, record->gid, record->gid) < 0)
        report_failure(STAGE_IDENTITY, "cannot become group %u", record->gid);
    if (setresuid(record->uid, record->uid, record->uid) < 0)
        report_failure(STAGE_IDENTITY, "cannot become user %u", record->uid);
    /* without no_new_privs a filter needs CAP_SYS_ADMIN: it goes in while that is there, and sees the rest */
    if (record->privileges) {
        if (regain_capabilities(permitted) < 0)
            report_failure(STAGE_IDENTITY, "cannot regain the capabilities");
        install_filter(record);
    }
    take_capabilities(record);
    /* changed ids reset it to what fs.suid_dumpable says */
    if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        report_failure(STAGE_IDENTITY, "cannot hide the process");
    if (!record->privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        report_failure(STAGE_IDENTITY, "cannot set no_new_privs");
}
