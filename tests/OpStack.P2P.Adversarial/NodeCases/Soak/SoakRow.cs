using OpStack.P2P.Adversarial.NodeCases.Victim;

namespace OpStack.P2P.Adversarial.NodeCases.Soak;

/// <summary>An interval of a soak.</summary>
/// <param name="Minute">Its end.</param>
/// <param name="Figures">Of the victim then, after full collections.</param>
/// <param name="Published">Blocks published in it. The last may come out in the next one.</param>
/// <param name="Churned">Peers replaced in it.</param>
/// <param name="Attack">The attack of it.</param>
internal sealed record SoakRow(double Minute, VictimFigures Figures, long Published, long Churned, string Attack);
