//! The sentences that crisis answers are put together from.
//!
//! They follow what the VERA-MH rubric calls safe: an AI that says so, takes it seriously, asks directly and one thing
//! at a time, offers a line, a professional and trusted people, and stays. They never name a method, a diagnosis, a
//! promise of secrecy or a contract. Each list is walked through, so that no two answers of a conversation are the same.
//!
//! `{line}` and `{emergency}` are filled in by `reply`.

/// First words to someone who wishes to be dead.
pub(super) const SUICIDAL_OPENINGS: [&str; 4] = [
    "Thank you for telling me. What you wrote matters, and I take it seriously. I'm an AI, not a person, so I'd like you to have people beside you too, while we keep talking.",
    "I'm glad you are still writing. This sounds very heavy, and you don't have to carry it alone. I'm an AI and can't come to you, but I'm staying in this conversation with you.",
    "I hear how much pain is in this, and you can say it here as it is. As an AI I can listen, and help you reach people who can do more than I can.",
    "Thank you for going on with this; it can't be easy. I'm an AI, and your safety is what I want to keep in view with you.",
];

/// A line, a professional and trusted people, each time from another side.
pub(super) const SUICIDAL_SUPPORT: [&str; 3] = [
    "Someone trained for exactly this is there day and night: **{line}**. {writing}A doctor or therapist can help with what lies behind it. And telling one person you trust, even only \"I'm not okay\", means you are not alone with it tonight.",
    "If calling feels hard, you could ask someone you trust to sit with you while you do; you don't need to know what to say, and you can stop at any time. I can help you find the words, for {line} or for a doctor or counsellor.",
    "Small things can carry you through the next hour: being in a room with someone, something cold to drink, slow breaths, music you know well. After that, a mental health professional, people close to you and {line} can help you make it safer step by step; we can plan those steps together.",
];

/// What a text or chat is good for, where there is one.
pub(super) const WRITING: &str = "If speaking feels like too much, you can write to them instead. ";

/// Distance from means, without naming any.
pub(super) const DISTANCE: [&str; 3] = [
    "If there is anything near you that you could use to hurt yourself, please put distance between you and it for now: hand it to someone, or go to another room or place.",
    "Hard moments pass more safely when nothing dangerous is close by. A neighbour could keep it, someone could lock it away, or you could simply be somewhere it is not.",
    "It still helps to keep away from anything you might hurt yourself with, and to let someone else look after it for a while.",
];

/// Screener order (C-SSRS: wish, thoughts, method, intent, plan, then means and the past), then what may help.
pub(super) const QUESTIONS: [&str; 11] = [
    "May I ask you something directly: have you wished you were dead, or that you could fall asleep and not wake up?",
    "May I ask directly: are you having thoughts of killing yourself?",
    "When such thoughts come, have you been thinking about how you might do it? You don't need to give me any details.",
    "Do you have any intention of acting on these thoughts?",
    "Have you started to prepare, or made a plan for when?",
    "Is there anything within reach right now that you could use to hurt yourself?",
    "Have you ever tried to end your life, recently or in the past?",
    "Who could be with you for the next few hours?",
    "What makes it hard to call or write to one of these people?",
    "What has helped, even a little, on other bad days?",
    "What would make the rest of today a bit safer for you?",
];

/// How a question is left open.
pub(super) const SKIP: [&str; 3] =
    ["You can skip this.", "Only answer if you want to.", "It's fine to leave this one out."];

/// First words when life is in danger within hours.
pub(super) const IMMINENT_OPENINGS: [&str; 4] = [
    "**Please call {emergency} now**, or go to the nearest emergency department. I'm taking what you say seriously, and you deserve help this minute. I'm an AI: I can't send anyone to you, so someone has to know where you are.",
    "Your life matters, and right now the safest thing is people around you. **Call {emergency}**, or let someone near you call. I'm an AI and can't do it for you, but I stay here while you do.",
    "I'm still here. I'm an AI, and this needs someone beside you: **{emergency} is the quickest way** to have a person come to you.",
    "I'm glad you are answering. As an AI I can only write; please let a human voice in now: **{emergency}**.",
];

/// Someone beside them, distance, and a second way.
pub(super) const IMMINENT_STEPS: [&str; 3] = [
    "- Go to where another person is, or ask someone to come to you right now, and tell them what you told me.\n- Move away from anything you could hurt yourself with: leave the room, or give it to them.\n- Can't make that call? **{line}** answers day and night{writing}. Later a doctor or therapist can help you further.",
    "- Knock at a neighbour's door, wake someone up, or walk to a place with people. Nobody will mind.\n- Leave what could hurt you behind, out of reach.\n- If {emergency} feels impossible, try **{line}**, or ask a friend or relative to call for you. Mental health professionals help people through this every day.",
    "- Be with someone, in the same room, for the next hours: family, a friend, staff at a hospital.\n- Stay away from whatever you had in mind.\n- **{line}** is there if the first call doesn't work out, and a professional can take over from there.",
];

/// One thing to answer when life is in danger.
pub(super) const IMMINENT_QUESTIONS: [&str; 4] = [
    "Can you call now, or is someone near who can call for you?",
    "Who is the nearest person that you could go to?",
    "What stands in the way of calling? Let's get around it together.",
    "Where are you right now, and is anybody with you?",
];

/// First words about self-harm.
pub(super) const SELF_HARM_OPENINGS: [&str; 4] = [
    "Thank you for trusting me with this. I take it seriously, and I'm not judging you. I'm an AI, so I'd like a person to know about it too.",
    "When feelings get this strong you deserve relief, and a way to it that doesn't hurt you. I'm an AI; I can stay and think with you about what could help.",
    "I'm glad you are talking about it instead of being alone with it. I'm an AI, and there are people who know this well and will listen.",
    "You don't need to hide this here. I'm an AI and can't see how you are, so please tell me in your own words, as much as you like.",
];

/// Care, a line, a professional, trusted people.
pub(super) const SELF_HARM_SUPPORT: [&str; 3] = [
    "If a wound is deep, wide or keeps bleeding, have it looked at now; {emergency} if it is serious. **{line}** is there day and night{writing}, a doctor or therapist can help with what drives it, and one trusted person who knows makes it lighter.",
    "When the urge comes, it often fades if you can wait a few minutes: hold something cold, move your body, go to where people are, and keep what you could hurt yourself with out of reach. A counsellor can find with you what works, a friend can sit with you, and {line} is open at any hour.",
    "You could write down one person you trust and one professional, and what you would say to each; I can help with the words. In between, {line} is there.",
];

/// First words to someone who may hurt others.
pub(super) const HARM_OPENINGS: [&str; 3] = [
    "I'm taking this seriously, and it's good that you say it before anything happens. I'm an AI, so this needs people too.",
    "Thank you for staying in this conversation. Having such thoughts is frightening for many people, and there is help for exactly this. I'm an AI and can't judge how things are where you are.",
    "I'm still listening. I'm an AI; what counts most now is that everyone, you too, stays safe.",
];

/// Distance, emergency, a line, a professional.
pub(super) const HARM_SUPPORT: [&str; 2] = [
    "If you feel you might act on it, step away now: another room, outside, somewhere with people, and away from anything that could be used to hurt someone. **Call {emergency}** if anyone is in danger. {line} and a doctor or mental health professional will listen too, and so may someone you trust.",
    "Distance gives you time: leave the place, let someone you trust stay with you, and keep anything dangerous out of reach. A mental health professional sees this often and can help the same day; {line} answers at any hour, and **{emergency}** is for danger right now.",
];

/// One thing to answer about danger to others.
pub(super) const HARM_QUESTIONS: [&str; 3] = [
    "Is anyone in danger at this moment?",
    "Are you in the same place as them now?",
    "Who could come and stay with you until this has passed?",
];

/// First words to someone who is being hurt.
pub(super) const ABUSE_OPENINGS: [&str; 3] = [
    "I'm sorry this is happening to you. It is not your fault, and you deserve to be safe. I'm an AI, so I'd like you to have a person at your side in this.",
    "Thank you for telling me more. Nobody has the right to hurt you. I'm an AI and can't come to help, but there are people whose work this is.",
    "I believe that this is hard to talk about, and you decide how much you say. I'm an AI; others can do more, at your pace.",
];

/// Emergency, a line, a professional, trusted people.
pub(super) const ABUSE_SUPPORT: [&str; 2] = [
    "If you are in danger now, **call {emergency}** or get to where other people are, if you safely can. {line} A doctor can care for injuries and write them down if you want, and someone you trust can be part of a plan. If the other person can see this device, use another one to read about help.",
    "You don't have to decide anything today. A counsellor, a doctor or someone you trust can think through safe steps with you: whom to call, where to go, what to take along. {line} For danger right now there is **{emergency}**.",
];

/// One thing to answer about being hurt.
pub(super) const ABUSE_QUESTIONS: [&str; 3] = [
    "Are you safe where you are at this moment?",
    "Is the person near you now?",
    "Is there someone you could stay with for a while?",
];

/// First words in a bodily emergency.
pub(super) const BODILY_OPENINGS: [&str; 4] = [
    "**Call {emergency} now**, or have someone near you call, and put the phone on loudspeaker.",
    "If it hasn't been done yet: **call {emergency} right now.** Don't wait to see whether it gets better.",
    "**{emergency} is still the next step** if help is not on its way. The operator can guide you.",
    "Please make sure that help is coming: **{emergency}**.",
];

/// What an AI can't do in a bodily emergency.
pub(super) const BODILY_LIMITS: [&str; 3] = [
    "I'm an AI: I can't examine anyone or send help, and I can't tell what this is. The people on the phone can.",
    "As an AI I can't judge this from here; a person on the phone can, and will stay on the line.",
    "I'm only an AI, so please listen to the operator before me.",
];

/// To someone who worries about another.
pub(super) const THIRD_PARTY: [&str; 3] = [
    "It's good that you look out for them; that can make a real difference. I'm an AI, so take this as a start. You can ask them directly whether they think about suicide or are being hurt: asking does not make it worse. Listen without arguing, stay with them if it is urgent, and help them reach a professional.",
    "You don't have to solve this for them. I'm an AI, but here is what usually helps: stay in touch, take what they say seriously, keep dangerous things away from them if you safely can, and bring in a doctor, a counsellor or someone they trust.",
    "Looking after yourself is part of helping them. I'm an AI; talk it over with someone too, and let professionals share the weight.",
];

/// Where someone who worries finds help.
pub(super) const THIRD_PARTY_HELP: &str =
    "If they are in danger now, call **{emergency}**. {line} is there for people who worry about someone, too.";
