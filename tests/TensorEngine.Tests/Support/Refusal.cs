using NUnit.Framework;

namespace TensorEngine.Tests.Support;

/// <summary>Assertions that something is refused with the documented exception, which says why.</summary>
public static class Refusal
{
    /// <summary>Fails unless <paramref name="action"/> throws exactly that exception, whose message has all of the parts.</summary>
    public static TException Of<TException>(Action action, params string[] messageParts)
        where TException : Exception
    {
        TException? exception = Assert.Throws<TException>(() => action());
        foreach (string part in messageParts)
            Assert.That(exception?.Message, Does.Contain(part));
        return exception!;
    }

    /// <summary>The same for an exception that names an argument.</summary>
    public static TException OfArgument<TException>(string argument, Action action, params string[] messageParts)
        where TException : ArgumentException
    {
        TException exception = Of<TException>(action, messageParts);
        Assert.That(exception.ParamName, Is.EqualTo(argument));
        return exception;
    }
}
