using BpfDashboard.Tracing.Unwinding;

namespace BpfDashboard.Tracing.Tests.Unwinding;

public sealed class UnwindRuleTests
{
    [Fact]
    public void Rules_survive_packing()
    {
        foreach (var cfa in new[] { CfaKind.StackPointer, CfaKind.FramePointer, CfaKind.AtFramePointer })
        {
            foreach (var saved in Enum.GetValues<SavedFramePointer>())
            {
                foreach (var cfaOffset in new[] { -262144, -8, 0, 8, 16, 80_000, 262136 })
                {
                    foreach (var savedOffset in new[] { -8192, -16, 0, 8, 8184 })
                    {
                        var rule = new UnwindRule(cfa, cfaOffset, saved, savedOffset);
                        Assert.Equal(rule, UnwindRule.Unpack(rule.Pack()));
                    }
                }
            }
        }
    }

    [Fact]
    public void The_threshold_of_a_plt_survives_packing()
    {
        var rule = new UnwindRule(CfaKind.Plt, 11);
        Assert.Equal(rule, UnwindRule.Unpack(rule.Pack()));
    }

    [Theory]
    [InlineData(12, 0)]
    [InlineData(262144, 0)]
    [InlineData(8, -8200)]
    [InlineData(8, 4)]
    public void A_rule_that_does_not_fit_is_unknown(int cfaOffset, int savedOffset)
    {
        var rule = new UnwindRule(CfaKind.StackPointer, cfaOffset, SavedFramePointer.AtCfa, savedOffset);
        Assert.Equal(UnwindRule.Unknown, UnwindRule.Unpack(rule.Pack()));
    }
}
