using BpfDashboard.Tracing.Expressions;
using BpfDashboard.Tracing.Expressions.Checking;
using BpfDashboard.Tracing.Types;

namespace BpfDashboard.Tracing.Binding;

/// <summary>
/// What the numbers of a value mean: by what the kernel says of a tracepoint's field, by its type, or by the name of
/// an argument of a system call.
/// </summary>
internal static class ValueWords
{
    /// <summary>The words; null where only the number is known.</summary>
    public static NumberWords? Of(ExpressionSyntax syntax, TypedExpression value, ProbeScope scope, ITypeSource types) =>
        value.Type.Unaliased is not IntegerType || value is DisplayExpression ? null
        : FieldOf(syntax, scope)?.Words ?? OfType(value.Type, types) ?? KnownNames.For(scope.Name, $"{syntax}");

    private static RecordField? FieldOf(ExpressionSyntax syntax, ProbeScope scope) =>
        syntax is MemberSyntax { Target: IdentifierSyntax { Name: "args" }, Name: var name }
            ? scope.Fields.FirstOrDefault(field => field.Name == name)
            : null;

    /// <summary>Types whose name tells what is in them, as <c>gfp_t</c> of a function's parameter.</summary>
    private static NumberWords? OfType(DataType type, ITypeSource types)
    {
        for (var alias = type as TypedefType; alias is not null; alias = alias.Target as TypedefType)
        {
            if (alias.Name == "gfp_t")
            {
                return Gfp(types);
            }
        }

        return null;
    }

    /// <summary>The sums first, the one of most flags before the others, as the kernel prints them.</summary>
    private static NumberWords Gfp(ITypeSource types)
    {
        var words = GfpFlags.Names.Select(name => new NumberWord((ulong)(GfpFlags.Find(name, types) ?? 0), name))
            .Where(word => word.Value != 0)
            .OrderByDescending(word => ulong.PopCount(word.Value))
            .DistinctBy(word => word.Value).ToList();
        return new NumberWords(new WordGroup(ulong.MaxValue, true, words, "|", "none"));
    }
}
