using System.Reflection;
using System.Runtime.CompilerServices;

namespace OpStack.P2P.Package.Tests.PublicApi;

/// <summary>
/// Everything of an assembly that a caller can name, one line per type and member, sorted. What the compiler writes by itself is left out: the
/// word "record" tells of it.
/// </summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(Of).Order(StringComparer.Ordinal);

    public static IEnumerable<string> Of(Type type)
    {
        string name = TypeName.Of(type);
        yield return $"{name}: {TypeLine(type, name)}";
        foreach (string member in Members(type))
        {
            yield return $"{name}: {member}";
        }
    }

    private static string TypeLine(Type type, string name)
    {
        if (Invoke(type) is { } invoke)
        {
            return $"delegate {MemberText.Signature(invoke, "")}";
        }

        if (type.IsEnum)
        {
            return $"enum : {TypeName.Of(type.GetEnumUnderlyingType())}{(type.IsDefined(typeof(FlagsAttribute)) ? " [Flags]" : "")}";
        }

        string modifiers = (type.IsAbstract, type.IsSealed, type.IsInterface || type.IsValueType) switch
        {
            (true, true, _) => "static ",
            (true, false, false) => "abstract ",
            (false, true, false) => "sealed ",
            _ => "",
        };
        string kind = type.IsInterface ? "interface" : type.IsValueType ? ValueKind(type) : type.GetMethod("<Clone>$") is null ? "class" : "record";
        IEnumerable<Type> bases = type is { IsClass: true, BaseType: { } parent } && parent != typeof(object) ? [parent] : [];
        string[] parents = [.. bases.Concat(OwnInterfaces(type)).Select(one => TypeName.Of(one))];
        return modifiers + kind + (parents.Length == 0 ? "" : " : " + string.Join(", ", parents)) + MemberText.Constraints(type.GetGenericArguments());
    }

    private static string ValueKind(Type type) =>
        (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "")
        + (type.GetMethod("PrintMembers", Declared) is null ? "struct" : "record struct");

    private static IEnumerable<Type> OwnInterfaces(Type type)
    {
        Type[] all = [.. type.GetInterfaces().Where(one => one.IsVisible)];
        IEnumerable<Type> inherited = all.SelectMany(one => one.GetInterfaces()).Concat(type.BaseType?.GetInterfaces() ?? []);
        return all.Except(inherited).OrderBy(one => TypeName.Of(one), StringComparer.Ordinal);
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {field.GetRawConstantValue()}");
        }

        return Invoke(type) is not null ? [] : type.GetMembers(Declared)
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(member => member switch
            {
                FieldInfo field when MemberText.IsVisible(field) => MemberText.Of(field),
                PropertyInfo property when property.GetAccessors(nonPublic: true).Any(MemberText.IsVisible) => MemberText.Of(property),
                EventInfo happening when MemberText.IsVisible(happening.AddMethod!) => MemberText.Of(happening),
                ConstructorInfo constructor when MemberText.IsVisible(constructor) && !constructor.IsStatic => MemberText.Of(constructor),
                MethodInfo method when MemberText.IsVisible(method) && IsCallable(method) => MemberText.Of(method),
                _ => null,
            })
            .OfType<string>();
    }

    /// <summary>Neither an accessor, which its property tells, nor a finalizer.</summary>
    private static bool IsCallable(MethodInfo method) =>
        (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && method.Name != "Finalize";

    private static MethodInfo? Invoke(Type type) => type.IsSubclassOf(typeof(MulticastDelegate)) ? type.GetMethod("Invoke") : null;
}
