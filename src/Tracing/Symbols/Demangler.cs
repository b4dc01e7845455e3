namespace BpfDashboard.Tracing.Symbols;

internal static class Demangler
{
    public static string Demangle(string name) => name;
}
