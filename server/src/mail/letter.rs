//! What is written to people. Plain text in ASCII, so that it travels as it is and a code stands on a line of its own.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, SinglePart};
use protocol::rest::CodeType;
use zeroize::Zeroizing;

use crate::clock::Millis;

/// A letter to one person.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The address, in lower case.
    pub to: String,
    /// What it says.
    pub content: Content,
}

/// What a letter says.
#[derive(Clone)]
pub enum Content {
    /// A code, for this purpose, good for so many minutes.
    Code {
        /// What it is for.
        kind: CodeType,
        /// Six digits.
        digits: Zeroizing<String>,
        /// How long it is good for.
        minutes: i64,
    },
    /// Somebody signed up with an address that has an account.
    AccountExists,
    /// A clinician has an alert. It says nothing of whom or what it is about: anybody may look at a mailbox.
    Alert {
        /// The address of the page where it stands.
        page: String,
    },
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code { .. } => "Code(…)",
            Self::AccountExists => "AccountExists",
            Self::Alert { .. } => "Alert",
        })
    }
}

impl Content {
    fn subject(&self) -> &'static str {
        match self {
            Self::Code { kind: CodeType::Signup, .. } => "Confirm your address for Anamnesis",
            Self::Code { kind: CodeType::Signin, .. } => "Your sign-in code for Anamnesis",
            Self::Code { kind: CodeType::PasswordReset, .. } => "Set a new password for Anamnesis",
            Self::AccountExists => "You already have an Anamnesis account",
            Self::Alert { .. } => "There is an alert for you in Anamnesis",
        }
    }

    fn text(&self) -> Zeroizing<String> {
        let (purpose, digits, minutes) = match self {
            Self::Code { kind, digits, minutes } => (purpose(*kind), digits, minutes),
            Self::AccountExists => {
                return Zeroizing::new(
                    "Hello,\n\nsomebody, perhaps you, asked for an Anamnesis account with this address.\n\
                     You already have one: sign in with it, or choose \"Forgot your password?\"\n\
                     there to set a new password.\n\n\
                     If it was not you, there is nothing to do. Your account is unchanged.\n\n\
                     Anamnesis\n"
                        .to_owned(),
                );
            }
            Self::Alert { page } => {
                return Zeroizing::new(format!(
                    "Hello,\n\nthere is an alert for you in Anamnesis. Sign in to read it:\n\n{page}\n\n\
                     This letter says no more on purpose: anybody may look at a mailbox.\n\nAnamnesis\n"
                ));
            }
        };
        Zeroizing::new(format!(
            "Hello,\n\n{purpose}\n\n{}\n\nThe code is good once, for {minutes} minutes.\nNobody from Anamnesis will ever ask you for it.\n\n\
             If you did not ask for it, there is nothing to do.\n\nAnamnesis\n",
            digits.as_str()
        ))
    }
}

const fn purpose(kind: CodeType) -> &'static str {
    match kind {
        CodeType::Signup => "this is the code that confirms your address:",
        CodeType::Signin => "this is the code that completes your sign-in:",
        CodeType::PasswordReset => "this is the code with which you can set a new password:",
    }
}

impl Letter {
    /// The message (RFC 5322), dated `now`. Its id names nothing but itself.
    pub(super) fn message(&self, from: &Mailbox, id: &str, now: Millis) -> Result<Message, MessageError> {
        let to = Mailbox::new(None, self.to.parse()?);
        let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or(0));
        Ok(Message::builder()
            .from(from.clone())
            .to(to)
            .subject(self.content.subject())
            .date(date)
            .message_id(Some(format!("<{id}@{}>", from.email.domain())))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(self.content.text().to_string()))?)
    }
}

/// Why a letter could not be put into its form. It names no address.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// The address can't be written to.
    #[error("the address has no form that can be mailed to")]
    Address(#[from] lettre::address::AddressError),
    /// The message could not be built.
    #[error("the message could not be built")]
    Build(#[from] lettre::error::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(content: Content) -> String {
        let from: Mailbox = "Anamnesis <no-reply@anamnesis.example>".parse().unwrap();
        let letter = Letter { to: "ada@example.org".to_owned(), content };
        String::from_utf8(letter.message(&from, "x", 1_700_000_000_000).unwrap().formatted()).unwrap()
    }

    #[test]
    fn a_code_stands_on_a_line_of_its_own_and_unencoded() {
        for kind in [CodeType::Signup, CodeType::Signin, CodeType::PasswordReset] {
            let mail = formatted(Content::Code { kind, digits: Zeroizing::new("012345".to_owned()), minutes: 15 });
            assert_eq!(mail.lines().filter(|line| *line == "012345").count(), 1, "{mail}");
            assert!(mail.contains("Content-Transfer-Encoding: 7bit"), "{mail}");
        }
    }

    #[test]
    fn a_letter_has_the_headers_of_a_message() {
        let mail = formatted(Content::AccountExists);
        for header in [
            "From: Anamnesis <no-reply@anamnesis.example>\r\n",
            "To: ada@example.org\r\n",
            "Subject: You already have an Anamnesis account\r\n",
            "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n",
            "Message-ID: <x@anamnesis.example>\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
        ] {
            assert!(mail.contains(header), "{header:?} in {mail}");
        }
    }

    #[test]
    fn lines_are_short_and_plain_ascii() {
        let code = Content::Code { kind: CodeType::Signin, digits: Zeroizing::new("012345".to_owned()), minutes: 15 };
        let alert = Content::Alert { page: "https://clinic.example/clinic/alerts".to_owned() };
        for content in [code, Content::AccountExists, alert] {
            assert!(content.text().lines().all(|line| line.len() <= 78 && line.is_ascii()), "{}", *content.text());
        }
    }

    #[test]
    fn debug_shows_no_code() {
        let content =
            Content::Code { kind: CodeType::Signin, digits: Zeroizing::new("012345".to_owned()), minutes: 15 };
        assert!(!format!("{content:?}").contains("012345"));
    }
}
