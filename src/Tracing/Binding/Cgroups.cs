namespace BpfDashboard.Tracing.Binding;

/// <summary>Finds cgroups of the unified hierarchy (v2) by the path of their folder.</summary>
internal static class Cgroups
{
    private const string ControllersFile = "cgroup.controllers";

    /// <summary>The cgroup, or why there is none.</summary>
    public static (CgroupPlace? Place, string? Problem) Find(string path)
    {
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            return (null, $"there is no folder {path}");
        }

        // Every folder of a cgroup has this file, and what the hierarchy is mounted on has not.
        var level = 0;
        for (var parent = folder; IsCgroup(parent); parent = Path.GetDirectoryName(parent) ?? "/")
        {
            level++;
        }

        return level > 0 && FileIdentity.Of(folder) is { } identity
            ? (new CgroupPlace(identity.Inode, level - 1), null)
            : (null, $"{path} is no cgroup (version 2)");
    }

    private static bool IsCgroup(string folder) => File.Exists(Path.Combine(folder, ControllersFile));
}
