using BpfDashboard.Tracing.Elf;

namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>
/// Another file of the process, or another version in the same file, is what is called: libpthread's write before glibc
/// 2.34, an LD_PRELOADed library, jemalloc's malloc, the program's own function.
/// </summary>
internal sealed class OtherDefinition : ISilenceReason
{
    public bool IsKnownAtStart => true;

    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (silent is not { Process: { } process, Probe.Name: { } name } || Indirect.Applies(silent))
        {
            yield break;
        }

        foreach (var target in silent.Targets
            .Where(target => !(target.Code.Is(silent.File) && silent.Probe.Offsets.Contains(target.FileOffset)))
            .GroupBy(target => (target.Code, target.FileOffset)))
        {
            yield return Called(silent, process, name, [.. target]);
        }

        if (silent.Mapped is not null && process.Program is { } program && !silent.Targets.Any(target => target.Code == program)
            && !program.Is(silent.File) && HasOwn(silent, program, name))
        {
            yield return new Explanation("other-definition",
                $"The program of {process.Title}, {Words.Short(program.Path)}, has a function {name} of its own. "
                + "Most likely calls within it lead there: they need no loader, so this cannot be read.",
                silent.Probe.WithTarget(process.TargetOf(program)))
            { IsPossible = true };
        }
        else if (silent.Targets.Count == 0)
        {
            foreach (var possible in Defining(silent, process, name).Take(2))
            {
                yield return new Explanation("other-definition",
                    $"{Words.Short(possible.Path)}, which {process.Title} maps too, has a function {name} of its own. "
                    + "Possibly that one is called: which one could not be read.",
                    silent.Probe.WithTarget(process.TargetOf(possible)))
                { IsPossible = true };
            }
        }
    }

    private static Explanation Called(SilentCase silent, LiveProcess process, string name, List<CallTarget> targets)
    {
        var probe = silent.Probe;
        var (code, offset) = (targets[0].Code, targets[0].FileOffset);
        var names = ElfSlots.Read(code, elf => SymbolTable.Read(elf, SectionType.DynamicSymbols, elf)
            .Where(function => function.FileOffset == offset).ToList()) ?? [];
        var called = names.Find(function => function.Name == name) ?? names.FirstOrDefault();
        var callers = Words.List([.. targets.Select(target => Words.Short(target.Caller.FileName)).Distinct()]);
        return new Explanation("other-definition",
            $"In {process.Title}, calls of {name} by {callers} lead to "
            + $"{(called is null ? $"code at 0x{offset:x}" : UserFunctionName(called))} of {Words.Short(code.Path)}, "
            + $"not to what is probed in {probe.FileName}{(silent.Mapped is null ? "" : ": another definition of the name comes first")}.",
            called is null ? null : probe.WithFunction(called.Name, process.TargetOf(code)));
    }

    private static string UserFunctionName(Binding.UserFunction function) =>
        function.Version is null || function.IsDefaultVersion ? function.Name : $"{function.Name}@{function.Version}";

    private static bool HasOwn(SilentCase silent, MappedCode program, string name)
    {
        try
        {
            return program.Opened is { } path && silent.Kernel.ReadBinary(path).Functions.Any(function => function.Name == name);
        }
        catch (Binding.BinaryFormatException)
        {
            return false;
        }
    }

    private static IEnumerable<MappedCode> Defining(SilentCase silent, LiveProcess process, string name) =>
        process.Code.Where(code => !code.Is(silent.File) && ElfSlots.Read(code, elf =>
            SymbolTable.Read(elf, SectionType.DynamicSymbols, elf).Any(function => function.Name == name)));
}
