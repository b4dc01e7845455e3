using BpfDashboard.Tracing.Btf;

namespace BpfDashboard.Tracing.Tests.Btf;

public sealed class ProgramBtfTests
{
    private static readonly byte[] Small = ProgramBtf.Build("stack", ["unwind_frame"]);

    [Fact]
    public void A_reader_of_btf_finds_the_functions() =>
        Assert.Equal(["stack", "unwind_frame"], BtfFunctions.Read(Small).Order());

    /// <summary>As <c>bpftool btf dump file</c> reads it: INT int; FUNC_PROTO (anon) ret=1; FUNC stack global; FUNC unwind_frame static.</summary>
    [Fact]
    public void The_bytes_are_those_of_the_format() => Assert.Equal(
        "9feb0100" + "18000000" + "00000000" + "34000000" + "34000000" + "18000000"
        + "01000000" + "00000001" + "04000000" + "20000001"
        + "00000000" + "0000000d" + "01000000"
        + "05000000" + "0100000c" + "02000000"
        + "0b000000" + "0000000c" + "02000000"
        + "00" + "696e7400" + "737461636b00" + "756e77696e645f6672616d6500",
        Convert.ToHexStringLower(Small));

    [Fact]
    public void Functions_are_numbered_behind_the_types_they_need() =>
        Assert.Equal([3u, 4u], [ProgramBtf.FunctionId(0), ProgramBtf.FunctionId(1)]);
}
