namespace BpfDashboard.Kernel.Tests;

/// <summary>What is said of this host, against what is tried here by other tests.</summary>
public sealed class HostTests
{
    [Theory]
    [InlineData("tracepoints")]
    [InlineData("user functions")]
    [InlineData("USDT probes")]
    [InlineData("CPU samples")]
    [InlineData("perf tracepoint")]
    [InlineData("uprobe perf link")]
    [InlineData("run statistics")]
    public void What_every_supported_kernel_has_is_found(string ability) =>
        Assert.Null(Abilities.Of(ability).Problem);

    [Fact]
    public void Root_lacks_nothing() => Assert.Empty(Abilities.Host.MissingCapabilities);

    [Fact]
    public void The_kernel_is_named_as_uname_names_it() =>
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), Abilities.Host.Kernel);
}
