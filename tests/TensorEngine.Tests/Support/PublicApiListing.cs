using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TensorEngine.Tests.Support;

/// <summary>
/// An assembly's public and protected members, one per line: every type, and after it what it declares, sorted. What the
/// compiler adds to a record is left out.
/// </summary>
internal static class PublicApiListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes()
        .OrderBy(FullName, StringComparer.Ordinal)
        .SelectMany(type => Members(type).Order(StringComparer.Ordinal).Prepend($"{FullName(type)}: {Header(type)}"));

    private static IEnumerable<string> Members(Type type)
    {
        IEnumerable<MemberInfo> members = type.GetMembers(Declared).Where(member => IsVisible(member) && !IsHidden(member, type));
        return type.IsSubclassOf(typeof(Delegate))
            ? []
            : members.Select(member => $"{FullName(type)}.{Show(member)}");
    }

    private static string Header(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => IsReadOnly(type) ? "readonly struct" : "struct",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            _ => (IsStatic(type) ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (IsRecord(type) ? "record" : "class"),
        };
        if (type.IsByRefLike)
            kind = kind.Replace("struct", "ref struct", StringComparison.Ordinal);
        IEnumerable<Type> bases = new[] { type.BaseType }
            .OfType<Type>()
            .Where(parent => parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            .Concat(type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(parent => parent.IsPublic));
        string[] names = [.. bases.Select(parent => Name(parent)).Order(StringComparer.Ordinal)];
        return names.Length == 0 ? kind : $"{kind} : {string.Join(", ", names)}";
    }

    private static string Show(MemberInfo member) => member switch
    {
        ConstructorInfo constructor => $"{Access(constructor)}new({Parameters(constructor)})",
        MethodInfo method => $"{Access(method)}{Modifiers(method)}{method.Name}{Arguments(method)}({Parameters(method)}): {Result(method)}",
        PropertyInfo property => Property(property),
        FieldInfo { IsLiteral: true } constant => string.Create(
            CultureInfo.InvariantCulture, $"{constant.Name} = {constant.GetRawConstantValue()}"),
        FieldInfo field => $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}{field.Name}: {Name(field.FieldType)}",
        EventInfo e => $"event {e.Name}: {Name(e.EventHandlerType!)}",
        _ => $"{member.MemberType} {member.Name}",
    };

    private static string Property(PropertyInfo property)
    {
        MethodInfo accessor = property.GetMethod ?? property.SetMethod!;
        string index = property.GetIndexParameters() is { Length: > 0 } parameters
            ? $"[{string.Join(", ", parameters.Select(parameter => Parameter(parameter)))}]"
            : "";
        bool isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string set = property.SetMethod is { } setter && (setter.IsPublic || setter.IsFamily) ? isInit ? " init;" : " set;" : "";
        string mark = IsNullable(s_nullability.Create(property).ReadState, property.PropertyType) ? "?" : "";
        string get = property.GetMethod is null ? "" : " get;";
        return $"{Access(accessor)}{Modifiers(accessor)}{property.Name}{index}: {Name(property.PropertyType)}{mark} {{{get}{set} }}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter => Parameter(parameter)));

    private static string Parameter(ParameterInfo parameter)
    {
        string direction = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? parameter.IsIn ? "in " : "ref " : "";
        string mark = IsNullable(s_nullability.Create(parameter).WriteState, parameter.ParameterType) ? "?" : "";
        string value = !parameter.HasDefaultValue ? "" : string.Create(
            CultureInfo.InvariantCulture, $" = {parameter.DefaultValue ?? (parameter.ParameterType.IsValueType ? "default" : "null")}");
        return $"{direction}{Name(parameter.ParameterType)}{mark} {parameter.Name}{value}";
    }

    private static string Result(MethodInfo method) =>
        Name(method.ReturnType) + (IsNullable(s_nullability.Create(method.ReturnParameter).ReadState, method.ReturnType) ? "?" : "");

    private static bool IsNullable(NullabilityState state, Type type) => state == NullabilityState.Nullable && !type.IsValueType;

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Modifiers(MethodInfo method) =>
        method.IsStatic ? "static "
        : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract "
        : method.GetBaseDefinition() != method ? "override "
        : method.IsVirtual && !method.IsFinal && !method.DeclaringType!.IsInterface ? "virtual "
        : "";

    private static string Arguments(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string FullName(Type type) => $"{type.Namespace}.{Name(type)}";

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";
        string name = type switch
        {
            _ when type == typeof(void) => "void",
            _ when type == typeof(float) => "float",
            _ when type == typeof(double) => "double",
            _ when type == typeof(int) => "int",
            _ when type == typeof(long) => "long",
            _ when type == typeof(uint) => "uint",
            _ when type == typeof(ulong) => "ulong",
            _ when type == typeof(bool) => "bool",
            _ when type == typeof(string) => "string",
            _ when type == typeof(object) => "object",
            _ => type.Name.Split('`')[0],
        };
        string arguments = type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(argument => Name(argument)))}>" : "";
        string outer = type is { IsNested: true, IsGenericParameter: false } ? $"{Name(type.DeclaringType!)}." : "";
        return outer + name + arguments;
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        FieldInfo field => field.IsPublic || field.IsFamily,
        EventInfo e => e.AddMethod is { } add && IsVisible(add),
        _ => false,
    };

    // Accessors are listed as their property, and the compiler's own as nothing; so are an enum's field and a record's copying.
    private static bool IsHidden(MemberInfo member, Type type) =>
        (member is MethodInfo { IsSpecialName: true } method && !method.Name.StartsWith("op_", StringComparison.Ordinal))
        || (member is FieldInfo { IsSpecialName: true })
        || (IsRecord(type) && (member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal)))
        || (IsRecord(type) && member is ConstructorInfo constructor && constructor.GetParameters() is [{ } only] && only.ParameterType == type);

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$", Declared) is not null;

    private static bool IsStatic(Type type) => type is { IsAbstract: true, IsSealed: true };

    private static bool IsReadOnly(Type type) => type.IsDefined(typeof(IsReadOnlyAttribute));
}
