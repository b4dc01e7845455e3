using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Tests.Expressions.Checking;

/// <summary>Paths along members, with some arithmetic around them.</summary>
internal sealed class RandomMembers(int seed, ProbeScope scope)
{
    private static readonly string[] Structs =
        ["sock", "task_struct", "file", "sk_buff", "request", "inode", "page", "net_device"];

    private readonly Random _random = new(seed);

    /// <summary>A function of the kernel that is given pointers to some of its structs.</summary>
    public static ProbeScope Scope(ITypeSource types) => new()
    {
        Site = ProbeSite.KernelEntry,
        Name = "f",
        Parameters =
        [
            .. Structs.Where(name => types.Find(TypeNames.Struct, name) is StructType).Take(6).Select(name => new Parameter(
                $"{name[..2]}_{name}", new PointerType(types.Find(TypeNames.Struct, name) ?? VoidType.Instance))),
        ],
    };

    public string Expression(int depth) => depth == 0 ? Path() : _random.Next(8) switch
    {
        0 => $"({Expression(depth - 1)} {Any("+", "-", "*", "&", "|", ">>")} {_random.Next(1, 31)})",
        1 => $"({Expression(depth - 1)} {Any("==", "!=", "<", ">")} {Expression(depth - 1)})",
        2 => $"({Expression(depth - 1)} {Any("&&", "||")} {Expression(depth - 1)})",
        3 => $"(({Any("int", "u8", "long", "void *")}){Expression(depth - 1)})",
        4 => $"{Any("!", "~", "-", "&", "*")}{Path()}",
        _ => Path(),
    };

    private string Path()
    {
        var parameter = scope.Parameters![_random.Next(scope.Parameters.Count)]; // a scope of ours has them
        var (text, type) = (parameter.Name, parameter.Type);
        for (var steps = _random.Next(1, 5); steps > 0; steps--)
        {
            var arrow = type.Unaliased is PointerType ? "->" : ".";
            var record = (type.Unaliased is PointerType pointer ? pointer.Target : type).Unaliased as StructType;
            var members = record?.NamedMembers.ToList();
            if (members is null or [])
            {
                break;
            }

            var member = members[_random.Next(members.Count)];
            (text, type) = ($"{text}{arrow}{member.Name}", member.Type);
        }

        return type.Unaliased is ArrayType { Count: > 0 } array ? $"{text}[{_random.Next(array.Count)}]" : text;
    }

    private string Any(params string[] values) => values[_random.Next(values.Length)];
}
