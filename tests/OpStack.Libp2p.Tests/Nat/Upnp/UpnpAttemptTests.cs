using OpStack.Libp2p.Nat;
using OpStack.Libp2p.Nat.Upnp;

namespace OpStack.Libp2p.Tests.Nat.Upnp;

public class UpnpAttemptTests
{
    private static readonly UpnpAttempt First = new(new PortToMap(TransportProtocol.Tcp, 1), 2, TimeSpan.FromMinutes(10), LetsGatewayChoose: true);

    [Fact]
    public void Each_condition_is_met_once()
    {
        UpnpAttempt plain = Next(First, UpnpError.InvalidAction)!;
        Assert.False(plain.LetsGatewayChoose);
        Assert.Null(Next(plain, UpnpError.InvalidAction));
        UpnpAttempt forever = Next(plain, UpnpError.OnlyPermanentLeasesSupported)!;
        Assert.Equal(TimeSpan.Zero, forever.Lease);
        Assert.Null(Next(forever, UpnpError.InvalidArgs));
        Assert.Equal(TimeSpan.Zero, Next(First, UpnpError.InvalidArgs)!.Lease);
        Assert.Equal(TimeSpan.Zero, Next(First, UpnpError.ActionFailed)!.Lease);
        UpnpAttempt same = Next(forever, UpnpError.SamePortValuesRequired)!;
        Assert.Equal(1, same.ExternalPort);
        Assert.Null(Next(same, UpnpError.SamePortValuesRequired));
        Assert.Null(Next(same, UpnpError.ConflictInMappingEntry));
        Assert.Null(Next(First, 606));
    }

    [Fact]
    public void Whatever_a_gateway_answers_it_is_asked_at_most_6_times()
    {
        Random random = new(1);
        int[] errors = [401, 402, 501, 718, 724, 725, 729];
        for (int run = 0; run < 10_000; run++)
        {
            int asked = 0;
            for (UpnpAttempt? attempt = First; attempt is not null; attempt = Next(attempt, errors[random.Next(errors.Length)]))
            {
                asked++;
            }

            Assert.InRange(asked, 1, UpnpLimits.PortsTried + 2);
        }
    }

    private static UpnpAttempt? Next(UpnpAttempt attempt, int error) => attempt.Next(error, () => 40_000);
}
