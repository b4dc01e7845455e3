using Bunit;
using Microsoft.AspNetCore.Components;
using Xunit;
namespace BpfDashboard.Client.Tests;
public sealed class Smoke : BunitContext
{
    [Fact]
    public void Renders()
    {
        RenderFragment f = b => { b.OpenElement(0, "p"); b.AddContent(1, "hi"); b.CloseElement(); };
        Render(f).MarkupMatches("<p>hi</p>");
    }
}
