using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary>A file that probes go into: what to open, what to show, what it offers.</summary>
internal sealed record BoundBinary(BinaryLookup Lookup, Binary Binary)
{
    /// <summary>The path as people know it.</summary>
    public string Display => Lookup.DisplayPath ?? Binary.Path;

    public string FileName => Path.GetFileName(Display);
}

/// <summary>From the target of a user probe to the file it names. Shared by functions and USDT probes.</summary>
internal static class BinaryBinder
{
    /// <summary>Libraries that glibc 2.34 emptied; what they held is in libc since.</summary>
    private static readonly string[] MovedToLibc = ["libpthread.so", "libdl.so", "librt.so", "libutil.so", "libanl.so"];

    /// <summary>The file, or null after a diagnostic.</summary>
    /// <param name="likely">What the user may have meant if there is no such file.</param>
    public static BoundBinary? Bind(NameSyntax target, SpecInProgress spec, string? likely = null)
    {
        var lookup = spec.Kernel.FindBinary(target.Text, spec.Pid);
        if (lookup.Path is null)
        {
            spec.Error(target.Span, lookup.Problem ?? $"there is no library or program '{target.Text}'",
                likely ?? PatternHints.DidYouMean(lookup.Nearest ?? []));
            return null;
        }

        try
        {
            return new BoundBinary(lookup, spec.Kernel.ReadBinary(lookup.Path));
        }
        catch (BinaryFormatException e)
        {
            spec.Error(target.Span, e.Message.TrimEnd('.'));
            return null;
        }
    }

    /// <summary>The file of a target, if there is one that can be read; says nothing if not.</summary>
    public static (BinaryLookup Lookup, Binary Binary)? TryRead(string target, SpecInProgress spec)
    {
        var lookup = spec.Kernel.FindBinary(target, spec.Pid);
        try
        {
            return lookup.Path is null ? null : (lookup, spec.Kernel.ReadBinary(lookup.Path));
        }
        catch (BinaryFormatException)
        {
            // Only a hint hangs on it.
            return null;
        }
    }

    /// <summary>The libc that took over what a library held, if it is one of those.</summary>
    public static BoundBinary? Successor(BoundBinary library, SpecInProgress spec) =>
        MovedToLibc.Any(name => library.FileName.StartsWith(name, StringComparison.Ordinal))
        && TryRead("c", spec) is var (lookup, libc)
            ? new BoundBinary(lookup, libc)
            : null;
}
