using BpfDashboard.Client.Components;
using BpfDashboard.Client.Contracts;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class LoginMenuTests : ClientTest
{
    [Theory]
    [InlineData(Roles.Operator, "start, stop and invite")]
    [InlineData(Roles.Viewer, "watch")]
    public void It_says_who_one_is_and_what_that_allows(string role, string allowed)
    {
        LogInAs(role);
        var menu = Render<LoginMenu>();
        Assert.Equal(role, menu.Find("summary").TextContent);
        Assert.Contains(allowed, menu.Find("p").TextContent);
    }

    [Fact]
    public void Logging_out_is_a_post()
    {
        var form = Render<LoginMenu>().Find("form");
        Assert.Equal(("post", "logout"), (form.GetAttribute("method"), form.GetAttribute("action")));
        Assert.Equal("Log out", form.TextContent.Trim());
    }
}
