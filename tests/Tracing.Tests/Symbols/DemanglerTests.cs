using BpfDashboard.Tracing.Symbols;
using BpfDashboard.Tracing.Tests.Elf;
using FsCheck;
using FsCheck.Fluent;

namespace BpfDashboard.Tracing.Tests.Symbols;

public sealed class DemanglerTests
{
    [Theory]
    [InlineData("_ZN5Shape4areaEv", "Shape::area()")]
    [InlineData("_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector<int, std::allocator<int> >::push_back(int const&)")]
    [InlineData("_ZN5Shape4areaEv.cold", "Shape::area() [clone .cold]")]
    [InlineData("_ZN5Shape4areaEv.constprop.0", "Shape::area() [clone .constprop.0]")]
    [InlineData("_ZTv0_n24_N5ShapeD1Ev", "virtual thunk to Shape::~Shape()")]
    [InlineData("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE", "core::fmt::Formatter::pad")]
    [InlineData("_ZN4core3fmt9Formatter3pad17h0123456789abcdefE.llvm.123", "core::fmt::Formatter::pad")]
    [InlineData(
        "_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE",
        "core::ptr::drop_in_place<alloc::string::String>")]
    [InlineData(
        "_ZN56_$LT$str$u20$as$u20$core..ops..index..Index$LT$I$GT$$GT$5index17h0123456789abcdefE",
        "<str as core::ops::index::Index<I>>::index")]
    [InlineData("_RINvCs6GmmlP4bgsG_1r7genericDNtB2_4AreaEL_EB2_", "r::generic::<dyn r::Area>")]
    [InlineData("_RNCNvXCs6GmmlP4bgsG_1rINtB4_1SReENtB4_4Area4area0B4_", "<r::S<&str> as r::Area>::area::{closure#0}")]
    [InlineData(
        "_RINvMs4_NtCsgY6Mt91CT9J_14rustc_demangle2v0NtB6_7Printer14print_sep_listNvB2_17print_generic_argEB8_",
        "<rustc_demangle::v0::Printer>::print_sep_list::<<rustc_demangle::v0::Printer>::print_generic_arg>")]
    [InlineData("_RINvC1a1fFG_RL0_hEuE", "a::f::<for<'a> fn(&'a u8)>")]
    [InlineData("_RINvC1a1fTlEAlj5_E", "a::f::<(i32,), [i32; 5]>")]
    [InlineData("_RINvC1a1fKin7f_Kb1_Kc41_KpE", "a::f::<-127, true, 'A', _>")]
    [InlineData("_RINvC1a1fDNtC1b1Tp4ItemhEL_PuOSzQeE", "a::f::<dyn b::T<Item = u8>, *const (), *mut [!], &mut str>")]
    [InlineData("_RINvC1a1fFUKCjEbE", "a::f::<unsafe extern \"C\" fn(usize) -> bool>")]
    [InlineData("_RNCNCNvC1a1f00B5_", "a::f::{closure#0}::{closure#0}")]
    [InlineData("_RNvC1a1f.llvm.123", "a::f")]
    [InlineData("_RNvC1a", "_RNvC1a")]
    [InlineData("_RB_", "_RB_")]
    [InlineData("_R", "_R")]
    [InlineData("main", "main")]
    [InlineData("", "")]
    [InlineData("_Z", "_Z")]
    [InlineData("_ZN", "_ZN")]
    [InlineData("_ZN9999999999xE", "_ZN9999999999xE")]
    [InlineData("_ZN3fooE\0bar", "_ZN3fooE\0bar")]
    [InlineData("Builtins_InterpreterEntryTrampoline", "Builtins_InterpreterEntryTrampoline")]
    public void Names_are_shown_as_they_were_written(string mangled, string expected) =>
        Assert.Equal(expected, Demangler.Demangle(mangled));

    [Fact]
    public void A_compiler_s_own_names_come_back()
    {
        NativeTools.Require("g++", "nm");
        using var folder = new TemporaryFolder();
        var source = folder.Write("shapes.cc", """
            #include <map>
            #include <string>
            namespace shapes { template <class T> struct Box { T get(std::map<std::string, T> const &m) { return m.begin()->second; } }; }
            template struct shapes::Box<int>;
            int main() { auto f = [](int x) { return x; }; return f(0); }
            """);
        NativeTools.Run("g++", "-o", $"{folder.Path}/shapes", source);
        var mangled = NativeTools.Run("nm", "-j", $"{folder.Path}/shapes").Split('\n');
        var expected = NativeTools.Run("nm", "-jC", $"{folder.Path}/shapes").Split('\n');
        var functions = mangled.Zip(expected).Where(pair => pair.First.StartsWith("_Z", StringComparison.Ordinal)).ToList();
        Assert.Contains(functions, pair => pair.Second.StartsWith("shapes::Box<int>::get(", StringComparison.Ordinal));
        Assert.All(functions, pair => Assert.Equal(pair.Second.Split('@')[0], Demangler.Demangle(pair.First.Split('@')[0])));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_would_double_itself_for_ever_is_left_as_it_is() =>
        await Task.Run(() =>
        {
            // f(A<int, int>, A<S0, S0>, A<S1, S1>, …)
            var parts = Enumerable.Range(0, 60).Select(i => $"S_IS{Base36(i)}_S{Base36(i)}_E");
            var hostile = "_Z1f1AIiiE" + string.Concat(parts);
            Assert.Equal(hostile, Demangler.Demangle(hostile));
            Assert.StartsWith("f(A<int, int>, A<", Demangler.Demangle("_Z1f1AIiiE" + string.Concat(parts.Take(3))));

            static string Base36(int value) => value < 10 ? $"{value}" : value < 36 ? $"{(char)('A' + value - 10)}" : $"1{Base36(value - 36)}";
        }, TestContext.Current.CancellationToken);

    [Fact]
    public void A_name_of_Rust_that_would_double_itself_for_ever_is_cut()
    {
        // f::<(u8, u8), ((u8, u8), (u8, u8)), …>: each pair refers twice to the one before it.
        var hostile = "INvC1a1f";
        var last = "h";
        for (var i = 0; i < 40; i++)
        {
            var begin = hostile.Length;
            hostile += $"T{last}{last}E";
            last = $"B{Base62(begin)}";
        }

        var demangled = Demangler.Demangle($"_R{hostile}E");
        Assert.StartsWith("a::f::<(u8, u8), ((u8, u8), (u8, u8)), ", demangled);
        Assert.Equal(NameText.MaxLength, demangled.Length);

        static string Base62(int value) => value == 0 ? "_" : $"{Digits(value - 1)}_";
        static string Digits(int value) => (value < 62 ? "" : Digits(value / 62))
            + "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[value % 62];
    }

    [Fact]
    public void Any_text_has_a_name_of_bounded_length() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(5000).WithQuietOnSuccess(true), Prop.ForAll(Texts.ToArbitrary(), text =>
            Assert.InRange(Demangler.Demangle(text).Length, 0, Math.Max(NameText.MaxLength, text.Length) + text.Length)));

    private static readonly Gen<string> Pieces = Gen.Elements(
        "_Z", "_ZN", "N", "E", "I", "1a", "3foo", "17h0123456789abcdef", "S_", "S0_", "S1_", "T_", "Dp", "J", "K", "R", "P",
        "i", "v", "L", "Li5E", "X", "F", "A10_", "M", "St", "Sa", "D1", "C2", "cv", "pl", "dl", "Ul", "UlvE_", "Z", "$LT$", "$u20$",
        "..", ".cold", "B5cxx11", "9999", "\u6f22", "\0",
        "Nv", "Nt", "C1a", "Y", "B_", "B0_", "B4_", "G_", "L_", "L0_", "U", "Kj5_", "p1x", "Q", "O", "T", "u", "s_");

    private static readonly Gen<string> Texts =
        from prefix in Gen.Elements("_Z", "_R", "_RINv")
        from count in Gen.Choose(1, 30)
        from pieces in Pieces.ListOf(count)
        select prefix + string.Concat(pieces);
}
