namespace BpfDashboard.Client.Contracts;

/// <summary>What a login may do. Whoever is let in has one of these roles.</summary>
public static class Roles
{
    /// <summary>May start and stop sessions, and invite others.</summary>
    public const string Operator = "operator";

    /// <summary>May watch.</summary>
    public const string Viewer = "viewer";
}
