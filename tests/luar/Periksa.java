import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Verifies the seal of PDFs with PDFBox and BouncyCastle: the CMS over the bytes of the ByteRange, and the path from
 * its certificate to the root. Takes ROOT.pem and LETTER.pdf by turns; prints one line for each pair: "valid", or why
 * not.
 */
class Periksa {
    public static void main(String[] arguments) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            X509Certificate root = certificate(Files.readAllBytes(Path.of(arguments[i])));
            byte[] file = Files.readAllBytes(Path.of(arguments[i + 1]));
            String found;
            try {
                found = check(file, root);
            } catch (Exception e) {
                found = e.toString().replace('\n', ' ');
            }
            System.out.println(found);
        }
    }

    static String check(byte[] file, X509Certificate root) throws Exception {
        try (PDDocument pdf = PDDocument.load(file)) {
            var seals = pdf.getSignatureDictionaries();
            if (seals.size() != 1) {
                return seals.size() + " seals";
            }
            var seal = seals.get(0);
            int[] range = seal.getByteRange();
            if (range[0] != 0 || range[2] + range[3] != file.length) {
                return "does not cover the file";
            }
            var covered = new CMSProcessableByteArray(seal.getSignedContent(file));
            var cms = new CMSSignedData(covered, seal.getContents(file));
            SignerInformation signer = cms.getSignerInfos().iterator().next();
            var holder = (X509CertificateHolder) cms.getCertificates().getMatches(signer.getSID()).iterator().next();
            X509Certificate leaf = certificate(holder.getEncoded());
            // PKIX (RFC 5280) on the day of the letter. Revoked keys stand in the trust file, not on the network.
            var rules = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
            rules.setRevocationEnabled(false);
            rules.setDate(seal.getSignDate().getTime());
            var path = CertificateFactory.getInstance("X.509", "BC").generateCertPath(List.of(leaf));
            CertPathValidator.getInstance("PKIX", "BC").validate(path, rules);
            var verifier = new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(leaf);
            return signer.verify(verifier) ? "valid" : "invalid signature";
        }
    }

    static X509Certificate certificate(byte[] bytes) throws Exception {
        var factory = CertificateFactory.getInstance("X.509", "BC");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(bytes));
    }
}
