using BpfDashboard.Tracing.Sessions.Host;

namespace BpfDashboard.Tracing.Tests.Sessions;

public sealed class HostInspectorTests
{
    [Theory]
    [InlineData("CapEff:\t000001ffffffffff", "")]
    [InlineData("CapEff:\t0000000000000000", "CAP_BPF CAP_PERFMON CAP_DAC_READ_SEARCH CAP_SYSLOG CAP_SYS_ADMIN")]
    [InlineData("CapEff:\t000000c400000004", "CAP_SYS_ADMIN")]
    [InlineData("CapEff:\t000000c000000000", "CAP_DAC_READ_SEARCH CAP_SYSLOG CAP_SYS_ADMIN")]
    public void Missing_capabilities_are_named(string line, string missing) => Assert.Equal(
        missing, string.Join(' ', HostInspector.MissingCapabilities(["Name:\tdotnet", line, "CapBnd:\t000001ffffffffff"])));

    [Theory]
    [InlineData("CAP_BPF", true)]
    [InlineData("CAP_PERFMON", true)]
    [InlineData("CAP_SYS_ADMIN", false)]
    public void Only_what_every_program_takes_is_a_lack_of_privilege(string missing, bool lacks) =>
        Assert.Equal(lacks, HostInspector.LacksPrivilege(new HostReport("Linux", "x86-64", [missing], [])));
}
