namespace BpfDashboard.Tracing.Bytecode;

/// <summary>
/// Functions of the kernel that programs may call (kfuncs), of those that ours do. Each kernel gives them other numbers, so they
/// are found in its BTF by name when a program is loaded.
/// </summary>
public enum Kfunc
{
    /// <summary>Whether a session probe runs at the return; the upper bits of R0 are undefined. R1 is the context.</summary>
    SessionIsReturn,

    /// <summary>The address of the 8 bytes that entry and return of a call have in common. R1 is the context.</summary>
    SessionCookie,
}

/// <summary>The kernel's names of them.</summary>
public static class KfuncNames
{
    /// <summary>"bpf_session_cookie" …</summary>
    public static string Name(this Kfunc function) => function switch
    {
        Kfunc.SessionIsReturn => "bpf_session_is_return",
        Kfunc.SessionCookie => "bpf_session_cookie",
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };
}
