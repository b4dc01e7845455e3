using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Expressions.Checking;

/// <summary>
/// Members that the kernel's own code uses, but that are macros: <c>sk->sk_daddr</c> is
/// <c>sk->__sk_common.skc_daddr</c>. BTF does not know them. A member of the name itself always comes first, so a
/// kernel in which one became a macro, or was one, is served too.
/// </summary>
/// <remarks>From include/net/sock.h, inet_sock.h, request_sock.h, inet_timewait_sock.h, linux/dcache.h, fs.h, in6.h.</remarks>
internal static class FieldAliases
{
    /// <summary>Of each struct: what stands before the common part of the real name, then the names.</summary>
    private static readonly Dictionary<string, (string Prefix, string Real, string Names)> Common = new()
    {
        ["sock"] = ("sk_", "__sk_common.skc_", "node nulls_node refcnt tx_queue_mapping rx_queue_mapping dontcopy_begin dontcopy_end hash "
            + "portpair num dport addrpair daddr rcv_saddr family state reuse reuseport ipv6only net_refcnt bound_dev_if bind_node "
            + "prot net v6_daddr v6_rcv_saddr cookie incoming_cpu flags"),
        ["request_sock"] = ("rsk_", "__req_common.skc_", "refcnt hash listener window_clamp rcv_wnd"),
        ["inet_timewait_sock"] = ("tw_", "__tw_common.skc_", "family state reuse reuseport ipv6only bound_dev_if node bind_node refcnt hash "
            + "prot net daddr v6_daddr rcv_saddr v6_rcv_saddr dport num cookie dr tx_queue_mapping"),
        ["inet_sock"] = ("inet_", "sk.__sk_common.skc_", "daddr rcv_saddr dport num"),
    };

    /// <summary>The others, by struct and name; several where kernels differ: the first that is there counts.</summary>
    private static readonly Dictionary<(string Struct, string Name), string[]> Single = new()
    {
        [("inet_request_sock", "ir_loc_addr")] = ["req.__req_common.skc_rcv_saddr"],
        [("inet_request_sock", "ir_rmt_addr")] = ["req.__req_common.skc_daddr"],
        [("inet_request_sock", "ir_num")] = ["req.__req_common.skc_num"],
        [("inet_request_sock", "ir_rmt_port")] = ["req.__req_common.skc_dport"],
        [("inet_request_sock", "ir_v6_rmt_addr")] = ["req.__req_common.skc_v6_daddr"],
        [("inet_request_sock", "ir_v6_loc_addr")] = ["req.__req_common.skc_v6_rcv_saddr"],
        [("inet_request_sock", "ir_iif")] = ["req.__req_common.skc_bound_dev_if"],
        [("inet_request_sock", "ir_cookie")] = ["req.__req_common.skc_cookie"],
        [("inet_request_sock", "ireq_net")] = ["req.__req_common.skc_net"],
        [("inet_request_sock", "ireq_state")] = ["req.__req_common.skc_state"],
        [("inet_request_sock", "ireq_family")] = ["req.__req_common.skc_family"],
        [("sock", "sk_rmem_alloc")] = ["sk_backlog.rmem_alloc"],
        [("dentry", "d_iname")] = ["d_shortname.string"],
        [("dentry", "d_lock")] = ["d_lockref.lock"],
        [("file", "f_dentry")] = ["f_path.dentry", "__f_path.dentry"],
        [("file", "f_vfsmnt")] = ["f_path.mnt", "__f_path.mnt"],
        [("in6_addr", "s6_addr")] = ["in6_u.u6_addr8"],
        [("in6_addr", "s6_addr16")] = ["in6_u.u6_addr16"],
        [("in6_addr", "s6_addr32")] = ["in6_u.u6_addr32"],
        [("page", "_count")] = ["_refcount"],
        [("task_struct", "state")] = ["__state"],
    };

    /// <summary>The member that a macro leads to, with its offset from the struct; null if there is none.</summary>
    public static Member? Find(StructType record, string name)
    {
        if (Single.TryGetValue((record.Name, name), out var paths))
        {
            return paths.Select(path => Follow(record, path)).FirstOrDefault(member => member is not null);
        }

        return Common.TryGetValue(record.Name, out var common) && name.StartsWith(common.Prefix, StringComparison.Ordinal)
            && common.Names.Split(' ').Contains(name[common.Prefix.Length..])
            ? Follow(record, common.Real + name[common.Prefix.Length..])
            : null;
    }

    private static Member? Follow(StructType record, string path)
    {
        var (type, offset, member) = ((DataType)record, 0, default(Member));
        foreach (var name in path.Split('.'))
        {
            member = (type.Unaliased as StructType)?.Find(name);
            if (member is null)
            {
                return null;
            }

            (type, offset) = (member.Type, offset + member.BitOffset);
        }

        return member is null ? null : member with { BitOffset = offset };
    }
}
