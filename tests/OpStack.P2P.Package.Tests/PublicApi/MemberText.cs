using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace OpStack.P2P.Package.Tests.PublicApi;

/// <summary>Members as C# declares them, on one line.</summary>
internal static class MemberText
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static bool IsVisible(FieldInfo field) => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly;

    public static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    public static string Of(FieldInfo field) => field.IsLiteral
        ? $"{Protected(!field.IsPublic)}const {TypeName.Of(field.FieldType)} {field.Name} = {Literal(field.GetRawConstantValue())}"
        : $"{Protected(!field.IsPublic)}{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}"
            + $"{TypeName.Of(field.FieldType, Nullability.Create(field))} {field.Name}";

    public static string Of(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(IsVisible)];
        MethodInfo shown = accessors.FirstOrDefault(accessor => accessor.IsPublic) ?? accessors[0];
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string by = shown.ReturnType.IsByRef ? "ref " : "";
        ParameterInfo[] index = property.GetIndexParameters();
        string name = index.Length == 0 ? property.Name : $"this[{Parameters(index)}]";
        IEnumerable<string> parts = accessors.Select(accessor => Protected(shown.IsPublic && !accessor.IsPublic) + AccessorName(accessor) + ";").Order();
        return $"{Modifiers(shown)}{required}{by}{TypeName.Of(property.PropertyType, Nullability.Create(property))} {name} {{ {string.Join(' ', parts)} }}";
    }

    public static string Of(EventInfo happening) =>
        $"{Modifiers(happening.AddMethod!)}event {TypeName.Of(happening.EventHandlerType!, Nullability.Create(happening))} {happening.Name}";

    public static string Of(ConstructorInfo constructor) =>
        $"{Protected(!constructor.IsPublic)}{constructor.DeclaringType!.Name.Split('`')[0]}({Parameters(constructor.GetParameters())})";

    public static string Of(MethodInfo method) => Modifiers(method) + Signature(method, method.Name);

    /// <summary>Return type, name, parameters and constraints.</summary>
    public static string Signature(MethodInfo method, string name)
    {
        Type[] arguments = method.GetGenericArguments();
        string generic = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(one => one.Name))}>";
        string by = method.ReturnType.IsByRef ? "ref " : "";
        string returned = TypeName.Of(method.ReturnType, Nullability.Create(method.ReturnParameter));
        string receiver = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
        return $"{by}{returned} {name}{generic}({receiver}{Parameters(method.GetParameters())}){Constraints(arguments)}";
    }

    public static string Constraints(Type[] arguments) => string.Concat(arguments.Select(argument =>
    {
        GenericParameterAttributes special = argument.GenericParameterAttributes & GenericParameterAttributes.SpecialConstraintMask;
        bool isStruct = special.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        string[] all =
        [
            .. special.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : (string[])[],
            .. isStruct ? ["struct"] : (string[])[],
            .. argument.GetGenericParameterConstraints().Where(one => one != typeof(ValueType)).Select(one => TypeName.Of(one)).Order(StringComparer.Ordinal),
            .. special.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : (string[])[],

            // Not one of the special constraints, since it lifts one.
            .. argument.GenericParameterAttributes.HasFlag(GenericParameterAttributes.AllowByRefLike) ? ["allows ref struct"] : (string[])[],
        ];
        return all.Length == 0 ? "" : $" where {argument.Name} : {string.Join(", ", all)}";
    }));

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string by = parameter.IsOut ? "out "
            : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute)) ? "params "
            : "";
        string value = parameter.HasDefaultValue ? $" = {Default(parameter)}" : "";
        return $"{by}{TypeName.Of(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }

    /// <summary>A structure has no other default than its own, which reads as null.</summary>
    private static string Default(ParameterInfo parameter) =>
        parameter.RawDefaultValue is null && parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null
            ? "default"
            : Literal(parameter.RawDefaultValue);

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string AccessorName(MethodInfo accessor) => accessor switch
    {
        { ReturnType: { } type } when type != typeof(void) => "get",
        _ when accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) => "init",
        _ => "set",
    };

    private static string Modifiers(MethodInfo method)
    {
        bool overrides = method.GetBaseDefinition() != method;
        string dispatch = method switch
        {
            { IsStatic: true, IsAbstract: true } => "static abstract ",
            { IsStatic: true } => "static ",
            { DeclaringType.IsInterface: true } => method.IsAbstract ? "" : "default ",
            { IsAbstract: true } => "abstract ",
            _ when overrides => method is { IsFinal: true, DeclaringType.IsSealed: false } ? "sealed override " : "override ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => "",
        };
        return Protected(!method.IsPublic) + dispatch;
    }

    private static string Protected(bool isProtected) => isProtected ? "protected " : "";
}
