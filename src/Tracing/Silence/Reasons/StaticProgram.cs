using BpfDashboard.Tracing.Binding;

namespace BpfDashboard.Tracing.Silence.Reasons;

/// <summary>The program has what it needs of a library within itself.</summary>
internal sealed class StaticProgram : ISilenceReason
{
    public bool IsKnownAtStart => true;

    /// <summary>Whether a process maps no code but its program, which names no library.</summary>
    public static bool Applies(SilentCase silent) =>
        silent is { Process: { Code.Count: 1, Program: { Opened: { } path } program } } && !program.Is(silent.File)
        && Read(silent.Kernel, path) is { Needed.Count: 0 };

    public IEnumerable<Explanation> Explain(SilentCase silent)
    {
        if (!Applies(silent) || silent.Process is not { Program: { Opened: { } path } program } process)
        {
            yield break;
        }

        var functions = Read(silent.Kernel, path)?.Functions ?? [];
        var own = Own(silent.Probe.Name, functions);
        yield return new Explanation("static",
            $"The program of {process.Title}, {Words.Short(program.Path)}, is static: it uses no {silent.Probe.FileName}. " + (own is not null
                ? $"It has {own} within itself."
                : functions.Count == 0 ? "It has no symbols, so its own functions cannot be named."
                : $"None of its own functions is called {silent.Probe.What}."),
            own is null ? null : silent.Probe.WithFunction(own, process.TargetOf(program)));
    }

    private static string? Own(string? name, IReadOnlyList<UserFunction> functions) => name is null ? null
        : new[] { name, $"__{name}", $"__libc_{name}" }.FirstOrDefault(each => functions.Any(function => function.Name == each));

    private static Binary? Read(IKernelCatalog kernel, string path)
    {
        try
        {
            return kernel.ReadBinary(path);
        }
        catch (BinaryFormatException)
        {
            return null;
        }
    }
}
