using BpfDashboard.Tracing.Cpu;

namespace BpfDashboard.Tracing.Tests.Sessions;

public sealed class X64InstructionsTests
{
    [Theory]
    [InlineData("f30f1efa", "")] // endbr64
    [InlineData("55", "")] // push rbp
    [InlineData("4883ec08", "")] // sub rsp, 8
    [InlineData("c5fd6f06", "port input or output")] // vmovdqa ymm0, [rsi]: the kernel looks at 6f, outs
    [InlineData("c5f828c1", "")] // vmovaps xmm0, xmm1
    [InlineData("f0480139", "lock prefix")] // lock add [rcx], rdi
    [InlineData("48f0", "lock prefix")]
    [InlineData("2e0f1f00", "segment prefix")] // nop with a CS prefix
    [InlineData("62e1fe286f06", "port input or output")] // vmovdqu64 ymm16, [rsi]
    [InlineData("cc", "interrupt")]
    [InlineData("f4", "privileged")] // hlt
    [InlineData("06", "no instruction of 64-bit programs")]
    [InlineData("", "")]
    public void Instructions_the_kernel_may_refuse_are_told_by_class(string code, string suspicion) =>
        Assert.Equal(suspicion, X64Instructions.Suspicion(Convert.FromHexString(code)));

    [Theory]
    [InlineData("62e27d487ac6", true)] // vpbroadcastb zmm16, esi: 7a would be jp
    [InlineData("c5f974c0", true)] // vpcmpeqb xmm0, xmm0, xmm0: 74 would be je
    [InlineData("c5f877", true)] // vzeroupper: 77 would be ja
    [InlineData("c5f857c0", true)] // vxorps xmm0, xmm0, xmm0: 57 would be push rdi
    [InlineData("c4e27d78c0", true)] // vpbroadcastb ymm0, xmm0
    [InlineData("c5f96ec6", false)] // vmovd xmm0, esi
    [InlineData("c5fd6f06", false)] // vmovdqa ymm0, [rsi]
    [InlineData("7404", false)] // je
    [InlineData("f30f1efa", false)] // endbr64
    [InlineData("c5", false)]
    public void Vector_instructions_that_kernels_take_for_jumps_are_known(string code, bool misread) =>
        Assert.Equal(misread, X64Instructions.IsMisread(Convert.FromHexString(code)));
}
