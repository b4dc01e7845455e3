using BpfDashboard.Tracing.Compilation;

namespace BpfDashboard.Tracing.Tests.Compilation;

/// <summary>Command ⇒ what is loaded, in the kernel's notation.</summary>
public sealed class ListingTests
{
    public static TheoryData<string> Cases => Golden.Cases();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_command_compiles_to_its_listing(string name) => Golden.Check(name, Render);

    [Fact]
    public void Equal_commands_compile_to_equal_listings() =>
        Assert.Equal(Render("-i 1 c:str*"), Render("-i 2 c:str*"));

    private static string Render(string command)
    {
        var compiled = SpecCompiler.Compile(command, new FakeKernelCatalog());
        return compiled.Diagnostics.Count > 0
            ? string.Join('\n', compiled.Diagnostics.Select(diagnostic => diagnostic.Render(command)))
            : $"{compiled.Image}";
    }
}
