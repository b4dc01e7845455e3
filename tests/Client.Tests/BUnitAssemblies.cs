using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace BpfDashboard.Client.Tests;

/// <summary>Answers bUnit's request for AngleSharp.Diffing 1.1.1 with the copy beside the tests; see BUnit.targets.</summary>
internal static class BUnitAssemblies
{
    [ModuleInitializer]
    internal static void Redirect() => AssemblyLoadContext.Default.Resolving += Resolve;

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name)
    {
        var file = Path.Combine(AppContext.BaseDirectory, name.Name + ".dll");
        return name.Name == "AngleSharp.Diffing" && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
    }
}
