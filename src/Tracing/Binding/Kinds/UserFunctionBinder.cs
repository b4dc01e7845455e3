using BpfDashboard.Tracing.Specs;

namespace BpfDashboard.Tracing.Binding.Kinds;

/// <summary><c>c:str*</c>, <c>/path:f</c>: one row per distinct offset of the file.</summary>
internal static class UserFunctionBinder
{
    public static void Bind(UserFunctionSyntax syntax, SpecInProgress spec)
    {
        if (BinaryBinder.Bind(syntax.Target, spec, OtherKind(syntax, spec)) is not { } file)
        {
            return;
        }

        var matches = Matches(syntax, file);
        if (matches.Count == 0 && BinaryBinder.Successor(file, spec) is { } libc)
        {
            if (MeansEverything(syntax))
            {
                spec.Error(syntax.Pattern.Span,
                    $"{file.FileName} has no functions any more: glibc 2.34 moved them to libc",
                    "name them there, as in c:pthread_*");
                return;
            }

            matches = Matches(syntax, libc);
            spec.Note($"{file.FileName} has been empty since glibc 2.34; "
                + $"probed are the functions of {libc.Display}");
            file = libc;
        }

        if (matches.Count == 0)
        {
            ReportUnknown(syntax, file, spec);
        }
        else if (spec.Allows(matches.DistinctBy(function => function.FileOffset).Count(), syntax.Pattern))
        {
            UserFunctionRows.Add(syntax.Pattern, file, matches, spec);
        }
    }

    private static List<UserFunction> Matches(UserFunctionSyntax syntax, BoundBinary file)
    {
        var matcher = PatternMatcher.For(syntax);
        var wantsVersion = syntax.Pattern.Text.Contains('@', StringComparison.Ordinal);
        return [.. file.Binary.Functions.Where(function =>
            !IsPlaceholder(function.Name) && (syntax.Pattern.IsExact || !IsCold(function.Name))
            && (matcher.Matches(function.Name)
                || (wantsVersion && matcher.Matches(UserFunctionRows.WithVersion(function)))))];
    }

    // What glibc left in the libraries it emptied, so that old programs find the versions they ask for:
    // __libpthread_version_placeholder, __librt_version_placeholder_1.
    private static bool IsPlaceholder(string name) =>
        name.StartsWith("__lib", StringComparison.Ordinal)
        && name.Contains("_version_placeholder", StringComparison.Ordinal);

    // The unlikely part of a function, which the compiler moved away. It is jumped into, not called.
    private static bool IsCold(string name) =>
        name.EndsWith(".cold", StringComparison.Ordinal) || name.Contains(".cold.", StringComparison.Ordinal);

    // A name that no function has is only matched by a pattern that matches all.
    private static bool MeansEverything(UserFunctionSyntax syntax) =>
        !syntax.Pattern.IsExact && PatternMatcher.For(syntax).Matches("\uFFFF");

    private static void ReportUnknown(UserFunctionSyntax syntax, BoundBinary file, SpecInProgress spec)
    {
        var names = file.Binary.Functions.Select(function => function.Name).Distinct().ToList();
        if (names.Count == 0)
        {
            spec.Error(syntax.Pattern.Span, $"{file.Display} has no function symbols",
                "it is stripped; install its debug symbols, or probe a library it uses");
            return;
        }

        spec.Error(syntax.Pattern.Span, $"{PatternHints.Missing("function", syntax.Pattern)} in {file.Display}",
            InOtherLibrary(syntax, file, spec) ?? PatternHints.For(syntax, names));
    }

    /// <summary>A library the file is linked with, or libc, that does have the function.</summary>
    private static string? InOtherLibrary(UserFunctionSyntax syntax, BoundBinary file, SpecInProgress spec)
    {
        foreach (var library in file.Binary.Needed.Append("c"))
        {
            if (BinaryBinder.TryRead(library, spec) is var (lookup, binary) && binary.Path != file.Binary.Path
                && Matches(syntax, new BoundBinary(lookup, binary)) is { Count: > 0 })
            {
                return $"{Path.GetFileName(binary.Path)} has it: write "
                    + $"{LibraryName.Stem(library)}:{syntax.Pattern.Text}";
            }
        }

        return null;
    }

    /// <summary><c>t:block</c> reads as function block of library t, and <c>sched:sched_switch</c> likewise.</summary>
    private static string? OtherKind(UserFunctionSyntax syntax, SpecInProgress spec)
    {
        var (target, name) = (syntax.Target.Text, syntax.Pattern.Text);
        return target switch
        {
            "t" => $"for the tracepoints of category {name}: t:{name}:*",
            "u" => $"for the USDT probes of {name}: u:{name}:*",
            "p" or "k" or "kprobe" or "kfunc" or "fentry" => $"for a kernel function: p::{name}, or {name} alone",
            "tracepoint" or "rawtracepoint" => $"for a tracepoint: t:CATEGORY:EVENT, as in t:sched:sched_switch",
            _ when spec.Kernel.Tracepoints.Any(tracepoint => tracepoint.Category == target) =>
                $"tracepoints begin with t: write t:{target}:{name}",
            _ => null,
        };
    }
}
