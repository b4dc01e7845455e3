using BpfDashboard.Client.Components;
using BpfDashboard.Client.Interop;
using Bunit;

namespace BpfDashboard.Client.Tests;

public sealed class InviteMenuTests : ClientTest
{
    [Fact]
    public void A_link_for_a_viewer_is_shown_with_its_end_and_can_be_copied()
    {
        var expires = new DateTimeOffset(2026, 1, 2, 15, 4, 0, TimeSpan.Zero);
        var menu = Invite(new Invitation("http://host/login?token=x", expires, null));
        Assert.Equal("http://host/login?token=x", menu.Find("[data-copy]").GetAttribute("data-copy"));
        Assert.Contains("a viewer, until 15:04 UTC", menu.Find("label").TextContent);
    }

    [Fact]
    public void A_refusal_is_shown_as_a_sentence()
    {
        var menu = Invite(new Invitation(null, null, "The server made no link (403)."));
        Assert.Contains("The server made no link (403).", menu.Find("[role=status]").TextContent);
        Assert.Empty(menu.FindAll("[data-copy]"));
    }

    private IRenderedComponent<InviteMenu> Invite(Invitation answer)
    {
        JSInterop.SetupModule("./js/invitation.js").Setup<Invitation>("create", "viewer", "/s/abc").SetResult(answer);
        var menu = Render<InviteMenu>(p => p.Add(m => m.ReturnUrl, "/s/abc"));
        menu.FindAll("button")[0].Click();
        return menu;
    }
}
